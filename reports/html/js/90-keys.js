// The keyboard: single keys, never while typing and never with a modifier.

const GO_MILLISECONDS = 900; // between g and the view's key
let goPressed = -Infinity;

function isTyping(target) {
  return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== 'checkbox';
}

function keyPressed(event) {
  if (event.metaKey || event.ctrlKey || event.altKey || $('#help').open) return;
  if (event.key === 'Escape') escapePressed(event);
  else if (!isTyping(event.target)) shortcutPressed(event);
}

function escapePressed(event) {
  if ($('.fac.open')) current?.toggleFacets();
  else if (!isTyping(event.target) && current && current.isOpen()) current.close();
}

function shortcutPressed(event) {
  const { key } = event;
  const view = event.timeStamp - goPressed < GO_MILLISECONDS && VIEWS.find((item) => item.key === key);
  goPressed = -Infinity;
  if (view) {
    location.hash = '#/' + view.name;
    return;
  }
  const action = {
    '/': focusSearch,
    '?': showHelp,
    g: () => {
      goPressed = event.timeStamp;
    },
    t: switchTheme,
    y: () => copy(permalink(), 'Permalink'),
    f: () => current?.toggleFacets(),
    j: () => listMoved(1),
    k: () => listMoved(-1),
    Enter: () => current?.list.enter(),
  };
  if (!Object.hasOwn(action, key)) return;
  // Enter on a button or a link is theirs.
  if (key === 'Enter' && (!current || /^(BUTTON|A|SUMMARY|INPUT)$/.test(event.target.tagName))) return;
  event.preventDefault();
  action[key]();
}

function focusSearch() {
  $('#q').focus();
  $('#q').select();
}
