// @ts-check
// A picture of a table whose cells are coloured: painted from the page as it stands, so that it shows the same.

const SHARP = 2; // pixels of the picture for one of the page

/**
 * Paint a table.
 * @param {Element} table
 * @param {string} ground
 */
export function picture(table, ground) {
  const whole = table.getBoundingClientRect();
  const canvas = document.createElement('canvas');
  canvas.width = whole.width * SHARP;
  canvas.height = whole.height * SHARP;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  pen.scale(SHARP, SHARP);
  pen.fillStyle = ground;
  pen.fillRect(0, 0, whole.width, whole.height);
  pen.translate(-whole.left, -whole.top);
  for (const cell of table.querySelectorAll('th, td')) fill(pen, cell);
  for (const part of table.querySelectorAll('th, td.end, .in b, .in small')) write(pen, part);
  return canvas;
}

/** The colour behind a cell. @param {CanvasRenderingContext2D} pen @param {Element} cell */
function fill(pen, cell) {
  const { left, top, width, height } = cell.getBoundingClientRect();
  pen.fillStyle = getComputedStyle(cell).backgroundColor;
  pen.fillRect(left, top, width, height);
}

/** What is written, where it stands. @param {CanvasRenderingContext2D} pen @param {Element} part */
function write(pen, part) {
  const text = part.textContent?.trim();
  if (!text) return;
  const box = part.getBoundingClientRect();
  const style = getComputedStyle(part);
  const centred = style.textAlign === 'center';
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  pen.fillStyle = style.color;
  pen.textAlign = centred ? 'center' : 'left';
  pen.textBaseline = 'middle';
  const start = box.left + (centred ? box.width / 2 : parseFloat(style.paddingLeft));
  pen.fillText(text, start, box.top + box.height / 2, box.width);
}
