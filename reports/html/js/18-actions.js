// Small things that buttons do.

function toast(text) {
  const element = $('#toast');
  element.textContent = text;
  element.classList.add('on');
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => element.classList.remove('on'), 1600);
}

/** Copy a text. A page opened from disk may have no clipboard interface, so there is an older way too. */
function copy(text, what) {
  const done = () => toast(what + ' copied');
  if (navigator.clipboard && isSecureContext) {
    navigator.clipboard.writeText(text).then(done, () => copyBySelection(text, done));
  } else {
    copyBySelection(text, done);
  }
}

function copyBySelection(text, done) {
  const area = h('textarea', { class: 'sr', 'aria-hidden': 'true', tabindex: '-1' });
  area.value = text;
  document.body.append(area);
  area.select();
  if (document.execCommand('copy')) done();
  area.remove();
}

function iconButton(name, label, action, shortcut) {
  const title = shortcut ? label + ' (' + shortcut + ')' : label;
  return h(
    'button',
    { class: 'btn ghost ic', type: 'button', 'aria-label': label, title, onclick: action },
    icon(name),
  );
}

const copyButton = (text, what) => iconButton('copy', 'Copy ' + what.toLowerCase(), () => copy(text(), what));

function select(label, options, chosen, changed) {
  const items = options.map(([value, name]) => h('option', { value, selected: value === chosen }, name));
  const onchange = (event) => changed(event.target.value);
  return h(
    'span',
    { class: 'selw' },
    h('select', { class: 'sel', 'aria-label': label, onchange }, items),
    icon('chev'),
  );
}

const THEME = 'posture-theme';

function switchTheme() {
  const root = document.documentElement;
  const set = root.dataset.theme;
  const isDark = set ? set === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = isDark ? 'light' : 'dark';
  try {
    localStorage.setItem(THEME, root.dataset.theme);
  } catch {
    // a page opened from disk may be refused storage; the choice then lasts as long as the page
  }
}

function restoreTheme() {
  try {
    const theme = localStorage.getItem(THEME);
    if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
  } catch {
    // as above
  }
}
