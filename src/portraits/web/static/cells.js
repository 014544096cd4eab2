// @ts-check
// A picture of a table whose cells are coloured or hold bars: painted from the page as it stands, so that it shows the same.

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
  for (const shape of table.querySelectorAll('svg rect, svg line')) bar(pen, shape);
  const texts = document.createTreeWalker(table, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) write(pen, /** @type {Text} */ (texts.currentNode));
  return canvas;
}

/** The colour behind a cell. @param {CanvasRenderingContext2D} pen @param {Element} cell */
function fill(pen, cell) {
  const { left, top, width, height } = cell.getBoundingClientRect();
  pen.fillStyle = getComputedStyle(cell).backgroundColor;
  pen.fillRect(left, top, width, height);
}

/** A bar, or the line where bars begin. @param {CanvasRenderingContext2D} pen @param {Element} shape */
function bar(pen, shape) {
  const { left, top, width, height } = shape.getBoundingClientRect();
  const { fill: ground, stroke } = getComputedStyle(shape);
  pen.fillStyle = shape.tagName === 'line' ? stroke : ground;
  pen.fillRect(left, top, Math.max(width, 1), height);
}

/** What is written, each word where it stands: lines break where those of the page do. @param {CanvasRenderingContext2D} pen @param {Text} text */
function write(pen, text) {
  const parent = /** @type {Element} */ (text.parentElement);
  if (parent.closest('.unseen')) return;
  const style = getComputedStyle(parent);
  const place = document.createRange();
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  pen.fillStyle = style.color;
  pen.textBaseline = 'middle';
  for (const { 0: word, index } of text.data.matchAll(/[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+/gu)) {
    place.setStart(text, index);
    place.setEnd(text, index + word.length);
    const { left, top, width, height } = place.getBoundingClientRect();
    if (height) pen.fillText(word, left, top + height / 2, width);
  }
}
