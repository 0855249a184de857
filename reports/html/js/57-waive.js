// Accepting a risk: a form that writes an entry for the waivers file. It changes nothing in the report.

const WAIVED_DAYS = 90; // what a new waiver offers, counted from the scan

/** A basic string of TOML 1.0: JSON's escapes, and DEL, which TOML wants escaped too. Half a surrogate pair it cannot hold. */
const tomlString = (text) =>
  JSON.stringify(text.replaceAll(/\p{Cs}/gu, '\ufffd')).replaceAll('\x7f', '\\u007f');

// A glob's own characters, and what TOML cannot hold: then the fingerprint says which.
const INEXACT = /[*?]|\p{Cs}/u;

function waiverToml(f, { reason, owner, expires, scope }) {
  const id = idOf(f);
  const lines = [['rule', tomlString(ruleOf(f).id)]];
  if (scope === 'account') lines.push(['account', tomlString(accountOf(f))]);
  else if (!INEXACT.test(id)) lines.push(['resource', tomlString(id)]);
  if (scope !== 'account' && (INEXACT.test(id) || bindingOf(f)))
    lines.push(['fingerprint', tomlString(fingerprintOf(f))]);
  lines.push(['reason', tomlString(reason)], ['owner', tomlString(owner)]);
  lines.push(['expires', /^\d{4}-\d\d-\d\d$/.test(expires) ? expires : '""']);
  return ['[[waiver]]', ...lines.map(([name, value]) => name + ' = ' + value)].join('\n');
}

function defaultExpiry() {
  const taken = Date.parse(D.snapshot.taken_at);
  return Number.isNaN(taken) ? '' : new Date(taken + WAIVED_DAYS * 86_400_000).toISOString().slice(0, 10);
}

function waiverForm(f) {
  const entry = { reason: '', owner: '', expires: defaultExpiry(), scope: 'resource' };
  const preview = h('div', {});
  const problem = h('p', { class: 'v-fail', role: 'alert' });
  const draw = () => preview.replaceChildren(plainCode(waiverToml(f, entry), 'w'));
  const field = (tag, name, label, more) => {
    const oninput = (event) => {
      entry[name] = event.target.value;
      draw();
    };
    return h('label', {}, label, h(tag, { name, value: entry[name], oninput, ...more }));
  };
  const submitted = (event) => {
    event.preventDefault();
    const isWhole = entry.reason.trim() && entry.owner.trim() && entry.expires;
    problem.textContent = isWhole ? '' : 'A reason, an owner and a day of expiry are required.';
    if (isWhole) save('posture.waivers.toml', waiverToml(f, entry) + '\n', 'application/toml');
  };
  draw();
  return h(
    'details',
    { class: 'box waive' },
    h('summary', {}, icon('chev', 'chev'), 'Accept this risk'),
    h(
      'form',
      { class: 'acc', novalidate: true, onsubmit: submitted },
      h(
        'p',
        { class: 'note' },
        'Writes an entry for posture.waivers.toml, beside your settings. This report does not change; the next scan shows the finding as waived, and as a fail again after the day of expiry.',
      ),
      field('textarea', 'reason', 'Reason', { rows: 2 }),
      h(
        'div',
        { class: 'two' },
        field('input', 'owner', 'Owner', { placeholder: 'a team, not a person', autocomplete: 'off' }),
        field('input', 'expires', 'Expires', { type: 'date' }),
      ),
      scopeField(f, entry, draw),
      preview,
      problem,
      h(
        'div',
        { class: 'row' },
        h('button', { class: 'btn pri', type: 'submit' }, icon('dl'), 'Save waiver file'),
        copyButton(() => waiverToml(f, entry) + '\n', 'Waiver'),
        h('span', { class: 'cap' }, 'or ', h('code', {}, 'posture waive ' + fingerprintOf(f).slice(0, 12))),
      ),
    ),
  );
}

function scopeField(f, entry, draw) {
  if (!accountOf(f)) return null; // in code there is only the resource
  const onchange = (event) => {
    entry.scope = event.target.value;
    draw();
  };
  return h(
    'label',
    {},
    'Applies to',
    h(
      'select',
      { onchange },
      h('option', { value: 'resource' }, 'this resource'),
      h('option', { value: 'account' }, 'every resource of ' + accountOf(f) + ' under this rule'),
    ),
  );
}
