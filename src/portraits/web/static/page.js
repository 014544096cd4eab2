// @ts-check
// What every page does: the theme switch, the search keys, and the search box with suggestions.

const root = document.documentElement;
const dark = matchMedia('(prefers-color-scheme: dark)');

document.getElementById('theme')?.addEventListener('click', (event) => {
  event.preventDefault();
  const now = root.dataset.theme ?? (dark.matches ? 'dark' : 'light');
  const next = now === 'dark' ? 'light' : 'dark';
  root.dataset.theme = next;
  document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=lax`;
  document.dispatchEvent(new Event('themechange'));
});

/** Whether a key is being typed into a field. @param {EventTarget|null} target */
function typing(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));
}

document.addEventListener('keydown', (event) => {
  const slash = event.key === '/' && !typing(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey;
  const control = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey);
  if (!slash && !control) return;
  // On a narrow page a search of the page itself may be out of sight: the first one that is seen.
  const field = [...document.querySelectorAll('input[type="search"]')].find((each) => each.checkVisibility());
  if (!(field instanceof HTMLInputElement)) return;
  event.preventDefault();
  field.focus();
  field.select();
});

const keys = document.getElementById('keys-dialog');
document.addEventListener('keydown', (event) => {
  if (event.key !== '?' || typing(event.target) || !(keys instanceof HTMLDialogElement) || keys.open) return;
  event.preventDefault();
  keys.showModal();
});

const newer = document.getElementById('newer');
const OFTEN = 20_000; // ms between two looks for a newer run

/** Say that there is a newer run than the one of this page. */
async function look() {
  const answer = document.hidden ? null : await fetch('/api/now').catch(() => null);
  const run = answer?.ok ? (await answer.json()).run : null;
  if (newer && run !== null && String(run) !== newer.dataset.run) newer.hidden = false;
  else setTimeout(look, OFTEN);
}
if (newer) setTimeout(look, OFTEN);

for (const form of document.querySelectorAll('form[data-find]')) {
  const islands = form.getAttribute('data-islands');
  if (!islands || !(form instanceof HTMLElement)) continue;
  // Loaded when somebody is about to search, so that no page waits for it.
  form.addEventListener(
    'focusin',
    async () => {
      const { suggest } = await import('./find.js');
      suggest(form, await import(islands));
    },
    { once: true },
  );
}

for (const menu of document.querySelectorAll('details.menu')) {
  menu.addEventListener('keydown', (event) => {
    if (!(event instanceof KeyboardEvent) || event.key !== 'Escape') return;
    menu.removeAttribute('open');
    menu.querySelector('summary')?.focus();
  });
  document.addEventListener('click', (event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.removeAttribute('open');
  });
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.removeAttribute('hidden');
  button.addEventListener('click', () => print());
}
