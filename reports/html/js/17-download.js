// Files that the page makes itself: a link to a Blob, which the policy allows because nothing is fetched.

const REVOKED_AFTER = 10_000; // milliseconds, by when the browser has taken the file

function save(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type: type + ';charset=utf-8' }));
  const anchor = h('a', { href: url, download: name });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), REVOKED_AFTER);
  toast(name + ' saved');
}
