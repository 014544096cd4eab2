// @ts-check
// Mapping: tries expressions on the rows while somebody types, and shows what they give or what is wrong.

/** @typedef {{field: string, what: string, hint: string}} Fault */
/** @typedef {{faults: Fault[], samples: Record<string, string[]>}} Trial */

const WAIT = 250; // ms without a key before asking

for (const form of document.querySelectorAll('form[data-try]')) if (form instanceof HTMLFormElement) watch(form);

/** @param {HTMLFormElement} form */
function watch(form) {
  let timer = 0;
  let asked = 0;
  let stop = new AbortController();
  const ask = async () => {
    const mine = ++asked;
    stop.abort();
    stop = new AbortController();
    const lang = document.documentElement.lang.slice(0, 2);
    const answer = await fetch(`${form.dataset.try}?lang=${lang}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ table: form.dataset.table, columns: expressions(form), where: field(form, 'where') }),
      signal: stop.signal,
    }).catch(() => null);
    if (mine !== asked) return;
    const lost = !answer?.ok;
    trouble(form, lost ? (form.dataset.lost ?? '') : '');
    if (answer && !lost) show(form, await answer.json());
  };
  own(form);
  form.addEventListener('input', () => {
    own(form);
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
}

/** The field for an expression of one's own is there where it is asked for. @param {HTMLFormElement} form */
function own(form) {
  for (const row of form.querySelectorAll('tr[data-column]')) {
    const chosen = row.querySelector('select');
    const written = row.querySelector('input.own');
    if (chosen && written instanceof HTMLInputElement) written.hidden = chosen.value !== '=';
  }
}

/** @param {HTMLFormElement} form */
function expressions(form) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const row of form.querySelectorAll('tr[data-column]')) {
    const name = row.getAttribute('data-column') ?? '';
    const from = row.querySelector('select')?.value;
    found[name] = from === undefined || from === '=' ? field(form, `expression.${name}`) : from;
  }
  return found;
}

/** @param {HTMLFormElement} form @param {string} name */
function field(form, name) {
  const found = form.elements.namedItem(name);
  return found instanceof HTMLInputElement ? found.value : '';
}

/** @param {HTMLFormElement} form @param {Trial} trial */
function show(form, trial) {
  const wrong = new Map(trial.faults.map((each) => [each.field, each]));
  for (const row of form.querySelectorAll('tr[data-column]')) {
    const name = row.getAttribute('data-column') ?? '';
    const fault = wrong.get(`columns.${name}`);
    row.classList.toggle('wrong', Boolean(fault));
    told(row.querySelector('.fault'), fault);
    const input = row.querySelector('select') ?? row.querySelector('input');
    if (fault) input?.setAttribute('aria-invalid', 'true');
    else input?.removeAttribute('aria-invalid');
    const values = (trial.samples[name] ?? []).map((value) => {
      const sample = document.createElement('span');
      sample.className = 'sample';
      sample.textContent = value;
      return sample;
    });
    row.querySelector('.gives')?.replaceChildren(...values);
    if (fault) row.querySelector('.sure')?.remove();
  }
  const others = trial.faults.filter((each) => !each.field.startsWith('columns.'));
  trouble(form, others.map((each) => `${each.what} ${each.hint}`.trim()).join(' '));
}

/** @param {Element|null} place @param {Fault|undefined} fault */
function told(place, fault) {
  const text = place?.querySelector('span');
  if (!(place instanceof HTMLElement) || !text) return;
  place.hidden = !fault;
  text.textContent = fault ? `${fault.what} ${fault.hint}`.trim() : '';
}

/** @param {HTMLFormElement} form @param {string} what */
function trouble(form, what) {
  const place = form.querySelector('[data-trouble]');
  const text = place?.querySelector('span');
  if (!(place instanceof HTMLElement) || !text) return;
  place.hidden = !what;
  text.textContent = what;
}
