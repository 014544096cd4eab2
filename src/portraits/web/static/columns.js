// @ts-check
// The column chooser: finds a tag among hundreds, moves what is chosen to the top, and orders it.
// Without scripts the boxes still work: what is marked is shown, in the order it stands in.

for (const menu of document.querySelectorAll('[data-columns]')) {
  const shown = /** @type {HTMLElement} */ (menu.querySelector('.shown'));
  const moves = /** @type {HTMLTemplateElement} */ (menu.querySelector('template'));
  const sift = menu.querySelector('.sift');
  const text = sift?.querySelector('input');
  sift?.removeAttribute('hidden');
  for (const choice of shown.querySelectorAll('.column-choice')) offerMoves(choice, moves);
  text?.addEventListener('input', () => find(menu, text.value));
  text?.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault(); // looking for a tag applies nothing
  });
  menu.addEventListener('change', (event) => choose(event.target, shown, moves));
  menu.addEventListener('click', (event) => move(event.target));
}

/** Show the tags whose titles hold a text. @param {Element} menu @param {string} text */
function find(menu, text) {
  const wanted = text.trim().toLowerCase();
  for (const set of menu.querySelectorAll('fieldset')) {
    let any = false;
    for (const choice of set.querySelectorAll('.column-choice')) {
      const value = choice.querySelector('input')?.value ?? '';
      const title = (choice.getAttribute('data-choice') ?? '').toLowerCase();
      const fits = title.includes(wanted) || value.includes(wanted);
      choice.toggleAttribute('hidden', !fits);
      any ||= fits;
    }
    set.toggleAttribute('hidden', !any);
  }
}

/** What is marked joins the shown ones, at their end. @param {EventTarget|null} box @param {HTMLElement} shown @param {HTMLTemplateElement} moves */
function choose(box, shown, moves) {
  if (!(box instanceof HTMLInputElement) || box.type !== 'checkbox' || !box.checked) return;
  const choice = box.closest('.column-choice');
  if (!choice || choice.parentElement === shown) return;
  shown.append(choice);
  offerMoves(choice, moves);
  box.focus();
}

/** Buttons that say what they move. @param {Element} choice @param {HTMLTemplateElement} moves */
function offerMoves(choice, moves) {
  const buttons = /** @type {DocumentFragment} */ (moves.content.cloneNode(true));
  for (const button of buttons.querySelectorAll('button'))
    button.setAttribute('aria-label', `${button.getAttribute('aria-label')} ${choice.getAttribute('data-choice')}`);
  choice.append(buttons);
}

/** One place up or down. @param {EventTarget|null} target */
function move(target) {
  const button = target instanceof Element ? target.closest('button[data-move]') : null;
  const choice = button?.closest('.column-choice');
  if (!(button instanceof HTMLElement) || !choice) return;
  const up = button.getAttribute('data-move') === 'up';
  const other = up ? choice.previousElementSibling : choice.nextElementSibling;
  if (!other?.classList.contains('column-choice')) return;
  if (up) other.before(choice);
  else other.after(choice);
  button.focus();
}

export {};
