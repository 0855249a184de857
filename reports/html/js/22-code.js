// Blocks of code and JSON, with the lines that decided marked.

/** `parts` is a list of [text, kind]; runs of lines share a node, so that a long document stays cheap. */
function codeBlock(parts, className) {
  const runs = parts.map(([text, kind]) => {
    if (kind === UNREAD_LINE) return h('span', { class: 'l gap hatch' }, text);
    if (kind !== HIT) return h('span', { class: 'l' }, text);
    return h('mark', { class: 'l hit' }, text, h('span', { class: 'sr' }, ' (this decided)'));
  });
  return h('pre', { class: 'code ' + (className || ''), tabindex: '0' }, h('code', {}, runs));
}

// What a line of code is, besides plain: what decided, or what could not be read.
const HIT = 'hit';
const UNREAD_LINE = 'unread';

const plainCode = (text, className) => codeBlock([[text || ' ', '']], className);

const FITS = 56; // characters of a list or mapping that stands in one line

/** JSON with what is short in one line. */
function pretty(value, indent) {
  const flat = JSON.stringify(value);
  if (value === null || typeof value !== 'object' || flat.length <= 20) return flat;
  const isList = Array.isArray(value);
  const isShort =
    flat.length <= FITS && Object.values(value).every((item) => item === null || typeof item !== 'object');
  if (isList && isShort) return '[' + value.map((item) => JSON.stringify(item)).join(', ') + ']';
  const inner = indent + '  ';
  const lines = Object.entries(value).map(
    ([key, item]) => inner + (isList ? '' : JSON.stringify(key) + ': ') + pretty(item, inner),
  );
  const [open, close] = isList ? '[]' : '{}';
  return open + '\n' + lines.join(',\n') + '\n' + indent + close;
}

/** A value as one reads it: strings bare unless they could be taken for something else. */
function valueText(value) {
  if (typeof value !== 'string') return pretty(value === undefined ? null : value, '');
  const isClear =
    value.trim() === value && value !== '' && !/^(true|false|null|-?\d[\d.]*|[[{"].*)$/s.test(value);
  return isClear ? value : JSON.stringify(value);
}

/** The reference tokens of a JSON Pointer (RFC 6901), or null. */
function pointerParts(pointer) {
  if (typeof pointer !== 'string' || !pointer.startsWith('/')) return null;
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const pointerTo = (parts) =>
  parts.map((part) => '/' + String(part).replaceAll('~', '~0').replaceAll('/', '~1')).join('');

/** What a pointer leads to, or undefined; only own members count. */
function resolve(document, parts) {
  let value = document;
  for (const part of parts) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}

const NOTHING_UNREAD = { words: new Map(), below: new Map() };

/** JSON in lines, as runs of [text, kind]: hit is what one of the pointers names, with all that is inside. */
function jsonRuns(value, base, hits, unread = NOTHING_UNREAD) {
  const runs = [];
  const write = (line, kind) => {
    const last = runs[runs.length - 1];
    if (last && last[1] === kind) last[0] += '\n' + line;
    else runs.push([line, kind]);
  };
  walkJson(value, base, { indent: '', head: '', tail: '', kind: '', hits, unread, write });
  return runs;
}

// The order in which people read a policy; a snapshot sorts members, where order means nothing.
const POLICY_MEMBERS = ['Version', 'Id', 'Statement', 'Sid', 'Effect', 'Principal', 'NotPrincipal'];
POLICY_MEMBERS.push('Action', 'NotAction', 'Resource', 'NotResource', 'Condition');

function entriesOf(value) {
  const entries = Object.entries(value);
  const place = ([key]) => POLICY_MEMBERS.indexOf(key);
  if (Array.isArray(value) || entries.some((entry) => place(entry) < 0)) return entries;
  return entries.sort((a, b) => place(a) - place(b));
}

function walkJson(value, path, at) {
  const pointer = pointerTo(path);
  const kind = at.kind || (at.hits.has(pointer) ? HIT : '');
  const unknown = at.unread.words.get(pointer);
  if (unknown)
    at.write(
      at.indent + (value === undefined ? at.head : '') + '⟨' + unreadWords(unknown) + '⟩',
      UNREAD_LINE,
    );
  if (value === undefined) return;
  const isList = Array.isArray(value);
  const entries =
    value !== null && typeof value === 'object' ? withUnread(entriesOf(value), pointer, at.unread) : null;
  const [open, close] = isList ? '[]' : '{}';
  if (!entries || !entries.length) {
    at.write(at.indent + at.head + (entries ? open + close : JSON.stringify(value)) + at.tail, kind);
    return;
  }
  at.write(at.indent + at.head + open, kind);
  entries.forEach(([key, item], i) => {
    const head = isList ? '' : JSON.stringify(key) + ': ';
    const tail = i < entries.length - 1 ? ',' : '';
    walkJson(item, [...path, key], { ...at, indent: at.indent + '  ', head, tail, kind });
  });
  at.write(at.indent + close + at.tail, kind);
}

/** The members of a value, and behind them those that were not read. */
function withUnread(entries, pointer, unread) {
  const absent = (unread.below.get(pointer) || []).filter((key) => !entries.some(([name]) => name === key));
  return absent.length ? [...entries, ...absent.map((key) => [key, undefined])] : entries;
}

/** Tabs of [name, text]; arrows move between them. The element's `text()` is that of the open tab. */
function codeTabs(items, label) {
  const id = 'tabs-' + (codeTabs.count = (codeTabs.count || 0) + 1);
  const bar = h('div', { class: 'tabs', role: 'tablist', 'aria-label': label });
  const panel = h('div', { role: 'tabpanel', id });
  let open = 0;
  const pick = (index, isFocused) => {
    open = index;
    $$('[role=tab]', bar).forEach((tab, i) => {
      tab.setAttribute('aria-selected', String(i === index));
      tab.tabIndex = i === index ? 0 : -1;
      if (i === index && isFocused) tab.focus();
    });
    panel.setAttribute('aria-labelledby', id + '-' + index);
    panel.replaceChildren(plainCode(items[index][1], 'w'));
  };
  const onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    pick((open + step + items.length) % items.length, true);
  };
  items.forEach(([name], i) => {
    const tab = { type: 'button', role: 'tab', id: id + '-' + i, 'aria-controls': id };
    bar.append(h('button', { ...tab, onclick: () => pick(i), onkeydown }, name));
  });
  const element = h('div', {}, bar, panel);
  element.text = () => items[open][1];
  pick(0);
  return element;
}
