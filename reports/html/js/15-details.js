// What one finding or resource at a time asks for: blocks that are inflated when they are needed, the last few kept.

const BLOCKS_KEPT = 8;
const blocks = new Map(); // number → promise, the longest unused first
let blockTexts = null;
let differences = null;

/** A block of details; the first is number 1. */
function block(number_) {
  blockTexts ||= blockText('details').split('\n');
  const known = blocks.get(number_) || inflate(blockTexts[number_ - 1]).json();
  blocks.delete(number_);
  blocks.set(number_, known);
  if (blocks.size > BLOCKS_KEPT) blocks.delete(blocks.keys().next().value);
  return known;
}

/** The block that holds a finding: the last that starts no later. */
function blockOfFinding(f) {
  let low = 0;
  let high = D.starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (D.starts[middle] <= f) low = middle;
    else high = middle;
  }
  return low + 1;
}

const EVIDENCE = ['path', 'value', 'expected', 'source', 'reason', 'operation', 'permission'];

function evidenceOf(row) {
  const item = {
    path: '',
    value: null,
    expected: null,
    source: '',
    reason: '',
    operation: '',
    permission: '',
  };
  row.forEach((value, i) => {
    item[EVIDENCE[i]] = value;
  });
  return item;
}

/** Evidence, fix, origin, parameters, waiver, and the resource's document. */
async function findingDetail(f) {
  const number_ = blockOfFinding(f);
  const { findings } = await block(number_);
  const detail = findings[f - D.starts[number_ - 1]];
  return {
    evidence: (detail.evidence || []).map(evidenceOf),
    fix: detail.fix || {},
    origin: detail.origin || {},
    params: detail.params || {},
    waiver: detail.waiver || null,
    resource: (await resourceDocument(D.findings.resource[f])) || {},
  };
}

/** Configuration, unread members, facts and origin; null where the report does not hold them. */
async function resourceDocument(r) {
  const number_ = D.resources.block[r];
  if (!number_) return null;
  const { resources } = await block(number_);
  return resources[resourceText(r, 'id')];
}

/** What is gone since the earlier report, and configurations member by member. */
function loadDifferences() {
  differences ||= inflate(blockText('changes')).json();
  return differences;
}
