// @ts-check
// The editor of a rule: what is on the page, what the server says of it, and every step back.
// The last edit wins: an answer to an older question is never shown.

import { keyed, newTree, plain } from './audience_tree.js';

/** @typedef {import('./audience_tree.js').Group} Group */
/** @typedef {{en: string, zh: string}} Text */
/** @typedef {{path: string, n: number|null, matches: number|null, fault: Text|null, hint: Text|null}} Count */
/**
 * @typedef {{tree: any, text: string, sentence: Text|null, parts: Count[], n: number, base: number, share: number,
 *   personal: boolean, complete: boolean, reason: Text|null}} Answer
 */
/** @typedef {{what: string, hint: string}} Fault */
/** @typedef {{tree: Group, text: string, source: 'tree'|'text', reason: Text|null}} State */

const WAIT = 150; // ms without an edit before the server is asked
const KEEP = 500; // ms without an edit before the draft is kept
const ALIVE = 1500; // ms between questions whether the server is there
const BUSY = 60_000; // ms after an edit for which somebody is held to be working
const SLOW = 15_000;
const JOINED = 900; // ms within which edits of one field are one step back
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A new id of a draft. */
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => ALPHABET[byte % ALPHABET.length]).join('');

/**
 * @param {{audience: string, draft: string, content: any, answer: Answer|null, faults: Fault[], text: string}} given
 * @param {() => void} draw
 */
export function makeEditor(given, draw) {
  const place = `audience:${location.pathname}`;
  const editor = {
    /** @type {State} */
    state: { tree: newTree(), text: given.text, source: 'text', reason: null },
    answer: given.answer,
    /** @type {Fault[]} */
    faults: [],
    waiting: false,
    lost: false,
    /** @type {''|'keeping'|'kept'} */
    draft: '',
    id: given.draft,
    /** @type {State[]} */
    past: [],
    /** @type {State[]} */
    future: [],
    edit,
    undo: () => step(editor.past, editor.future),
    redo: () => step(editor.future, editor.past),
  };
  let version = 0;
  let edited = 0;
  let mark = '';
  let asking = 0;
  let keeping = 0;
  /** @type {AbortController|null} */
  let question = null;

  /** Change the rule; edits with the same mark in a row are one step back. @param {Partial<State>} change @param {string} [of] */
  function edit(change, of = '') {
    const joined = of !== '' && of === mark && Date.now() - edited < JOINED;
    if (!joined) editor.past = [...editor.past.slice(-199), editor.state];
    editor.future = [];
    mark = of;
    changed({ ...editor.state, ...change });
  }

  /** @param {State[]} from @param {State[]} to */
  function step(from, to) {
    const state = from.pop();
    if (!state) return;
    to.push(editor.state);
    mark = '';
    changed(state);
  }

  /** @param {State} state */
  function changed(state) {
    version++;
    edited = Date.now();
    editor.state = state;
    editor.waiting = true;
    editor.draft = 'keeping';
    if (!editor.id) editor.id = newId();
    sessionStorage.setItem(place, JSON.stringify({ id: editor.id, ...content() }));
    clearTimeout(asking);
    clearTimeout(keeping);
    asking = setTimeout(ask, WAIT);
    keeping = setTimeout(keep, KEEP);
    draw();
  }

  const content = () => ({ tree: plain(editor.state.tree), text: editor.state.text, source: editor.state.source });

  async function ask() {
    const mine = version;
    question?.abort();
    question = new AbortController();
    const { source, text, tree } = editor.state;
    const asked = source === 'text' ? { text } : { tree: plain(tree) };
    const reply = await send('/api/audiences/tree', 'POST', asked, question.signal);
    if (mine !== version || reply === undefined) return;
    if (reply === null) return away();
    editor.lost = false;
    editor.waiting = false;
    if (reply.error) editor.faults = reply.error.faults?.length ? reply.error.faults : [reply.error];
    else took(/** @type {Answer} */ (reply));
    draw();
  }

  /** @param {Answer} answer */
  function took(answer) {
    editor.faults = [];
    editor.answer = answer;
    if (editor.state.source === 'tree') editor.state = { ...editor.state, text: answer.text, reason: null };
    else editor.state = { ...editor.state, reason: answer.reason, tree: answer.tree ? keyed(answer.tree) : editor.state.tree };
    if (edited) remember(answer);
  }

  /** The address says the rule; where that holds something personal, only under which id it is kept. @param {Answer} answer */
  function remember(answer) {
    const query = new URLSearchParams();
    if ((answer.personal || answer.text.length > 1500) && editor.id) query.set('draft', editor.id);
    else if (answer.text && answer.text !== given.text) query.set('rule', answer.text);
    else if (answer.text && !given.audience) query.set('rule', answer.text);
    const search = query.size ? `?${query}` : '';
    history.replaceState({ draft: editor.id }, '', location.pathname + search);
    for (const link of document.querySelectorAll('a[data-follow]'))
      if (link instanceof HTMLAnchorElement) link.search = search;
  }

  async function keep() {
    const mine = version;
    const kept = await send(`/api/audiences/drafts/${editor.id}`, 'PUT', { audience: given.audience, content: content() });
    if (mine !== version) return;
    if (kept === null) return away();
    if (kept && !kept.error) {
      editor.draft = 'kept';
      sessionStorage.removeItem(place);
    }
    draw();
  }

  /** The server is gone: say so, keep everything, and look for it until it is back. */
  function away() {
    editor.lost = true;
    editor.waiting = true;
    draw();
  }

  async function look() {
    if (document.hidden || (!editor.lost && Date.now() - edited > BUSY)) return;
    const there = await fetch('/static/icon.svg', { cache: 'no-store', signal: AbortSignal.timeout(2 * ALIVE) }).catch(() => null);
    if (!there) return away();
    if (!editor.lost) return;
    await ask();
    await keep();
  }

  /** Begin with what is not kept yet, else with the draft that this entry of the history names, else with what was given. */
  async function begin() {
    const unkept = sessionStorage.getItem(place);
    const kept = unkept ? JSON.parse(unkept) : null;
    const id = kept?.id ?? given.draft ?? '';
    const named = kept || given.draft ? null : history.state?.draft;
    const found = named ? await send(`/api/audiences/drafts/${named}`, 'GET') : null;
    const from = kept ?? (found && !found.error ? found.content : given.content);
    if (found && !found.error) editor.id = named;
    else if (id) editor.id = id;
    const tree = from?.tree ?? given.answer?.tree;
    const text = from?.text ?? given.text;
    const source = from?.source ?? (text ? 'text' : 'tree');
    editor.state = { tree: tree ? keyed(tree) : newTree(), text, source, reason: given.answer?.reason ?? null };
    // What the server has just said of this very text need not be asked again.
    editor.faults = text === given.content?.text ? given.faults : [];
    editor.waiting = !editor.faults.length;
    draw();
    if (editor.waiting) await ask();
    if (kept) await keep();
    setInterval(look, ALIVE);
  }

  return { ...{ editor }, begin };
}

/**
 * What the server answers; null where it cannot be reached, undefined where the question was taken back.
 * @param {string} path @param {string} method @param {unknown} [body] @param {AbortSignal} [signal] @returns {Promise<any>}
 */
export async function send(path, method, body, signal) {
  const slow = AbortSignal.timeout(SLOW);
  try {
    const reply = await fetch(path, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, slow]) : slow,
    });
    return await reply.json();
  } catch {
    return signal?.aborted ? undefined : null;
  }
}
