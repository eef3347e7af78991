/** A canvas at the screen's own resolution. */

export interface Surface {
  context: CanvasRenderingContext2D;
  /** Device pixels a CSS pixel. */
  ratio: number;
}

/** Gives the canvas its size in CSS pixels, empties it, and lets drawing count in CSS pixels. */
export function fitCanvas(canvas: HTMLCanvasElement, width: number, height: number): Surface {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, ratio };
}
