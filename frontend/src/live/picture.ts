/** The last picture: a notebook that is opened without its kernel shows it. */

import { dataAddress } from "../ui/blob";
import type { App } from "../views/app";

/** Milliseconds without a change after which a picture is made. */
const AFTER = 1500;
/** Pixels a unit. */
const SCALE = 1.5;
/** A saved notebook carries it; a larger one is left out. */
const MOST = 600_000;
/** A view that takes longer to draw than this, in milliseconds, is not drawn again behind the person's back. */
const PATIENCE = 700;

export function lastPicture(made: (picture: string) => void): {
  soon(app: App): void;
  stop(): void;
} {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let slow = false;

  async function draw(app: App): Promise<void> {
    const from = performance.now();
    // What cannot be drawn as one figure has no picture; an older one would be of something else.
    const picture = await app.picture(SCALE).then(dataAddress, () => "");
    slow = performance.now() - from > PATIENCE;
    made(picture.length > MOST ? "" : picture);
  }

  return {
    soon(app) {
      clearTimeout(timer);
      if (!slow) timer = setTimeout(() => draw(app), AFTER);
    },
    stop: () => clearTimeout(timer),
  };
}
