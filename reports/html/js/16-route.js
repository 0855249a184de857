// Routing: the hash holds the view, its filters and the selection, so every screen is a permalink.

const VIEWS = [];
let route = { view: '', id: '', query: new URLSearchParams() };

/** A view registers itself; the order of the files is the order of the navigation. */
const addView = (view) => VIEWS.push(view);
const viewNamed = (name) => VIEWS.find((view) => view.name === name);
const firstView = () => (D.isUnreadable ? 'coverage' : 'overview');

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a hand-made link with a stray % still leads somewhere
  }
}

function parseHash() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const [name, ...rest] = path.split('/');
  return {
    view: viewNamed(name) ? name : firstView(),
    id: decoded(rest.join('/')),
    query: new URLSearchParams(query || ''),
  };
}

function link(view, id, query) {
  const text = query ? new URLSearchParams(query).toString() : '';
  return (
    '#/' +
    view +
    (id ? '/' + encodeURIComponent(id.replaceAll(/\p{Cs}/gu, '\ufffd')) : '') +
    (text ? '?' + text : '')
  );
}

const findingsLink = (query) => link('findings', '', query);
const findingLink = (f, query) => link('findings', fingerprintOf(f), query);

let awaited = null; // what is to be written into the address when the typing pauses

/** Write the state into the address without leaving the view. */
function remember(view, id, query) {
  forgetAwaited();
  history.replaceState(null, '', link(view, id, query));
}

const TYPING_PAUSE = 150; // milliseconds; browsers refuse addresses that change with every key

/** The same a moment later: for what changes with every key. */
function rememberSoon(...state) {
  forgetAwaited();
  awaited = { state, timer: setTimeout(rememberNow, TYPING_PAUSE) };
}

function rememberNow() {
  if (awaited) remember(...awaited.state);
}

function forgetAwaited() {
  clearTimeout(awaited?.timer);
  awaited = null;
}

function permalink() {
  rememberNow();
  return location.href;
}
