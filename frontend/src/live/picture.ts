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

/** @param told The one that the notebook has. */
export function lastPicture(
  told: string,
  made: (picture: string) => void,
): {
  soon(app: App): void;
  /** There is none of what is shown now. */
  none(): void;
  stop(): void;
} {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let slow = false;

  async function draw(app: App): Promise<void> {
    const from = performance.now();
    // What cannot be drawn as one figure has no picture; an older one would be of something else.
    const picture = await app.picture(SCALE).then(dataAddress, () => "");
    slow = performance.now() - from > PATIENCE;
    tell(picture.length > MOST ? "" : picture);
  }

  function tell(picture: string): void {
    if (picture !== told) made(picture);
    told = picture;
  }

  function none(): void {
    clearTimeout(timer);
    tell("");
  }

  return {
    soon(app) {
      clearTimeout(timer);
      if (slow) none();
      else timer = setTimeout(() => draw(app), AFTER);
    },
    none,
    stop: () => clearTimeout(timer),
  };
}
