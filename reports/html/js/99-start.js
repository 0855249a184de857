// Start: inflate the data, draw, listen. Where that fails, the static summary stands in.

function showSummaryInstead(error) {
  console.warn('The interactive report could not be opened:', error);
  const note =
    'This browser could not open the interactive report, so filters, evidence and fixes are missing here. This is the summary.';
  const page = h('div', { class: 'page static' }, h('p', { class: 'static-note', role: 'status' }, note));
  page.append($('#static').content.cloneNode(true));
  document.body.append(page);
}

function listen() {
  let wasNarrow = isNarrow();
  let wasMedium = isMedium();
  addEventListener('hashchange', drawView);
  addEventListener('keydown', keyPressed);
  addEventListener('click', closeMenus);
  addEventListener('resize', () => {
    if (wasNarrow === isNarrow() && wasMedium === isMedium()) return;
    wasNarrow = isNarrow();
    wasMedium = isMedium();
    drawNavigation();
    drawView();
  });
}

/** Paper gets what the open view has for it, else the static summary. */
function preparePrint() {
  const paper = $('#print');
  paper.replaceChildren();
  const own = D && viewNamed(route.view)?.paper?.();
  put(paper, own ? [own] : [$('#static').content.cloneNode(true)]);
}

async function start() {
  restoreTheme();
  addEventListener('beforeprint', preparePrint);
  addEventListener('afterprint', () => $('#print').replaceChildren());
  try {
    await loadReport();
  } catch (error) {
    showSummaryInstead(error);
    return;
  }
  buildFacets();
  drawNavigation();
  drawBanner();
  document.body.dataset.ready = 'yes';
  drawView();
  listen();
  prepareSearch();
}

start();
