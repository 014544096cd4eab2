// @ts-check
// Trees of rules as the page holds them: never changed in place, so that every step can be undone.

/** @typedef {'all'|'any'|'none'} Join */
/** @typedef {{key: string, name: string, operator: string, value?: any}} Rule */
/** @typedef {{key: string, group: Join, rules: Part[]}} Group */
/** @typedef {Rule|Group} Part */
/** @typedef {number[]} Path */

export const LEVELS = 3;
let last = 0;

/** A key by which a part stays itself while others come and go. */
const key = () => `k${++last}`;

/** @param {Part} part @returns {part is Group} */
export const isGroup = (part) => 'group' in part;

/** A tree with keys. @param {any} tree @returns {any} */
export function keyed(tree) {
  return tree.group ? { key: key(), group: tree.group, rules: tree.rules.map(keyed) } : { ...tree, key: key() };
}

/** A tree as the server takes it. @param {Part} part @returns {any} */
export function plain(part) {
  if (isGroup(part)) return { group: part.group, rules: part.rules.map(plain) };
  const { name, operator, value } = part;
  return value === undefined ? { name, operator } : { name, operator, value };
}

/** A new condition that says nothing yet. @returns {Rule} */
export const newRule = () => ({ key: key(), name: '', operator: '' });

/** A new group with one empty condition. @param {Join} join @returns {Group} */
export const newGroup = (join) => ({ key: key(), group: join, rules: [newRule()] });

/** @returns {Group} */
export const newTree = () => ({ key: key(), group: 'all', rules: [] });

/** A group with another part in a place. @param {Group} tree @param {Path} path @param {(part: Part) => Part|null} turn @returns {Group} */
export function turned(tree, [first, ...rest], turn) {
  if (first === undefined) return /** @type {Group} */ (turn(tree));
  const rules = tree.rules.flatMap((part, at) => {
    if (at !== first) return [part];
    const made = rest.length ? turned(/** @type {Group} */ (part), rest, turn) : turn(part);
    return made ? [made] : [];
  });
  return { ...tree, rules };
}

/** @param {Group} tree @param {Path} path @param {Part} part */
export const added = (tree, path, part) => turned(tree, path, (group) => ({ ...group, rules: [.../** @type {Group} */ (group).rules, part] }));

/** @param {Group} tree @param {Path} path */
export const removed = (tree, path) => turned(tree, path, () => null);

/** The conditions of a tree that name a tag. @param {Part} part @returns {Rule[]} */
export const rulesOf = (part) => (isGroup(part) ? part.rules.flatMap(rulesOf) : part.name ? [part] : []);
