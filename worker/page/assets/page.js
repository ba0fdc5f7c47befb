// What the page cannot do without a script of its own. All of it works without this file too, with
// times in UTC.

/** As `2026-11-27 08:20:12`, in the reader's time zone. */
const written = new Intl.DateTimeFormat('sv-SE', {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

function showLocalTimes() {
  for (const time of document.querySelectorAll('time[datetime]')) {
    const parts = written.formatToParts(new Date(time.dateTime));
    const zone = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const local = parts
      .filter(({ type }) => type !== 'timeZoneName')
      .map(({ value }) => value)
      .join('')
      .trim();
    if (time.textContent !== local) time.textContent = local;
    time.title = `${local} ${zone}, ${time.dateTime}`;
  }
}

/** `/` goes to the search box, as on most pages that have one. */
function focusSearch(event) {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof Element && event.target.matches('input, textarea, select')) return;
  const box = document.querySelector('#q');
  if (box === null) return;
  event.preventDefault();
  box.focus();
}

showLocalTimes();
document.addEventListener('htmx:after:swap', showLocalTimes);
document.addEventListener('htmx:after:settle', showLocalTimes);
document.addEventListener('keydown', focusSearch);
// A tab that nobody sees asks for nothing.
document.addEventListener('htmx:before:request', (event) => {
  if (document.hidden) event.preventDefault();
});
