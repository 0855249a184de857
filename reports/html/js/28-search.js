// Search: all texts in one long string, so that a word is found by the engine's own search and not text by text.

/** Texts that are looked through at once, in lower case. */
class TextIndex {
  constructor(texts) {
    this.count = texts.length;
    this.whole = texts
      .map((text) => text.replaceAll('\n', ' '))
      .join('\n')
      .toLowerCase();
    this.starts = new Uint32Array(texts.length + 1);
    let at = 0;
    for (let i = 0; i < texts.length; i++) {
      this.starts[i] = at;
      const end = this.whole.indexOf('\n', at);
      at = (end < 0 ? this.whole.length : end) + 1;
    }
    this.starts[texts.length] = at;
  }

  /** For each text whether it holds the word. */
  holding(word) {
    const found = new Uint8Array(this.count);
    let i = 0;
    let at = this.whole.indexOf(word);
    while (at >= 0 && i < this.count) {
      while (this.starts[i + 1] <= at) i++; // each text is passed once, so this is quick however many hold the word
      found[i] = 1;
      i++;
      at = this.whole.indexOf(word, this.starts[i]);
    }
    return found;
  }
}

const indexes = {};

/** Made when first needed: a moment after the first view stands, or with the first search. */
const stringIndex = () => (indexes.strings ||= new TextIndex(D.strings));
const tagIndex = () =>
  (indexes.tags ||= new TextIndex(
    D.tags.map((tags) => tags.map(([key, value]) => key + '=' + value).join(' ')),
  ));
const ruleIndex = () =>
  (indexes.rules ||= new TextIndex(D.rules.map((rule) => [rule.id, rule.title, rule.service].join(' '))));

function prepareSearch() {
  const prepare = () => [stringIndex(), tagIndex(), ruleIndex()];
  if (window.requestIdleCallback) requestIdleCallback(prepare, { timeout: 2000 });
  else setTimeout(prepare, 200);
}

const PREFIXES = ['rule', 'account', 'region', 'severity', 'tag', 'service', 'type'];

/** `rule:x` as its prefix and the word behind it; both in lower case. */
function wordParts(word) {
  const colon = word.indexOf(':');
  const prefix = PREFIXES.includes(word.slice(0, colon)) ? word.slice(0, colon) : '';
  return [prefix, prefix ? word.slice(colon + 1) : word];
}

const wordsOf = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

/** A search as flags of findings, 1 where each word occurs; null where there is nothing to search. */
function searchFindings(text) {
  return allOf(wordsOf(text).map(findingsWith), D.count);
}

/** The same of resources. */
function searchResources(text) {
  return allOf(
    wordsOf(text).map((word) => resourcesWith(...wordParts(word))),
    D.resourceCount,
  );
}

function allOf(flags, count) {
  if (flags.length < 2) return flags[0] || null;
  const all = new Uint8Array(count);
  for (let i = 0; i < count; i++) all[i] = flags.every((one) => one[i]) ? 1 : 0;
  return all;
}

function findingsWith(word) {
  const [prefix, needle] = wordParts(word);
  const { rule, resource, severity, message, place } = D.findings;
  const found = new Uint8Array(D.count);
  if (['tag', 'type', 'account', 'region'].includes(prefix)) {
    const inResource = resourcesWith(prefix, needle);
    for (let f = 0; f < D.count; f++) found[f] = inResource[resource[f]];
  } else if (prefix === 'severity') {
    const inSeverity = SEVERITIES.map((name) => Number(name.includes(needle)));
    for (let f = 0; f < D.count; f++) found[f] = inSeverity[severity[f]];
  } else if (prefix) {
    const member = { rule: 'id', service: 'service' }[prefix];
    const inRule = D.rules.map((item) => Number(item[member].toLowerCase().includes(needle)));
    for (let f = 0; f < D.count; f++) found[f] = inRule[rule[f]];
  } else {
    const [inRule, inText, inResource] = [
      ruleIndex().holding(needle),
      stringIndex().holding(needle),
      resourcesWith('', needle),
    ];
    for (let f = 0; f < D.count; f++)
      found[f] = inRule[rule[f]] | inResource[resource[f]] | inText[message[f]] | inText[place[f]];
  }
  return found;
}

/** Flags of resources that hold a word in the named member, or in any. */
function resourcesWith(prefix, needle) {
  const { id, name, type, account, region, tags } = D.resources;
  const found = new Uint8Array(D.resourceCount);
  const inTags = prefix === '' || prefix === 'tag' ? tagIndex().holding(needle) : null;
  const inText = prefix === 'tag' ? null : stringIndex().holding(needle);
  const columns =
    { '': [id, name, type, account, region], tag: [] }[prefix] || [D.resources[prefix]].filter(Boolean);
  for (let r = 0; r < D.resourceCount; r++) {
    let is = inTags ? inTags[tags[r]] : 0;
    for (const column of columns) is |= inText[column[r]];
    found[r] = is;
  }
  return found;
}
