// What the portal does better with a script than without: values that move, a camera, a copy button. Everything else works without it.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Live values, by server-sent events. They can be paused (WCAG 2.2.2), and rest while nobody looks. */
function follow(place) {
  const said = document.createElement('span');
  const toggle = document.createElement('button');
  toggle.type = 'button';
  toggle.className = 'quiet';
  place.append(said, toggle);

  const news = document.createElement('p');
  news.className = 'unseen';
  news.setAttribute('role', 'status');
  document.body.append(news);

  let source = null;
  let isPaused = false;

  const say = (text) => { if (said.textContent !== text) said.textContent = text; };
  const stop = () => { source?.close(); source = null; };
  const start = () => {
    stop();
    source = new EventSource('/api/live');
    source.addEventListener('open', () => say('Live'));
    source.addEventListener('error', () => say(source?.readyState === EventSource.CLOSED
      ? 'Live values stopped: reload the page.' : 'Connecting again…'));
    source.addEventListener('values', (event) => showValues(JSON.parse(event.data), news));
    source.addEventListener('badges', (event) => showBadges(JSON.parse(event.data)));
    source.addEventListener('changed', (event) => refresh(JSON.parse(event.data), news));
  };

  const update = () => {
    toggle.textContent = isPaused ? 'Go on' : 'Pause';
    toggle.setAttribute('aria-label', isPaused ? 'Go on with live values' : 'Pause live values');
    if (isPaused || document.hidden) stop(); else start();
    if (isPaused) say('Paused');
  };

  toggle.addEventListener('click', () => { isPaused = !isPaused; update(); });
  // A page in the background keeps no connection: browsers allow six to a host.
  document.addEventListener('visibilitychange', update);
  addEventListener('pagehide', stop);
  update();
}

function showValues(things, news) {
  for (const thing of things) {
    const place = $(`[data-thing="${CSS.escape(thing.key)}"]`);
    if (!place) continue;
    const state = $('[data-state]', place);
    const words = state && $('[data-state-words]', state);
    if (words && words.textContent !== thing.words) {
      words.textContent = thing.words;
      state.className = `state ${thing.state}`;
      news.textContent = `${thing.name}: ${thing.words}`;
    }
    for (const field of thing.fields) showField(place, thing, field, news);
  }
}

let announcedAt = 0;

function showField(place, thing, field, news) {
  const row = $(`[data-field="${CSS.escape(field.name)}"]`, place);
  if (!row) return;
  const value = $('[data-value]', row);
  const hasChanged = value.textContent !== field.value;
  row.className = `field ${field.freshness}`;
  $('[data-words]', row).textContent = field.words;
  if (!hasChanged) return;
  value.textContent = field.value;
  row.classList.add('changed');
  // Read out on the thing's own page only, and not more often than one can listen.
  if (location.pathname.startsWith('/things/') && Date.now() - announcedAt > 10000) {
    announcedAt = Date.now();
    news.textContent = `${field.label}: ${field.value}`;
  }
}

function showBadges(counts) {
  for (const [key, count] of Object.entries(counts)) {
    const badge = $(`[data-badge="${CSS.escape(key)}"]`);
    if (!badge) continue;
    $('span', badge).textContent = count;
    badge.hidden = count === 0;
  }
}

let refreshing = null;

/** Fetches the page anew and takes over the regions that changed, unless somebody is at work in one. */
function refresh(topics, news) {
  const regions = $$('[data-region]').filter((region) => topics.includes(region.dataset.region));
  if (regions.length === 0 || refreshing) return;
  refreshing = setTimeout(async () => {
    refreshing = null;
    try {
      const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const region of regions) replace(region, $(`[data-region="${region.dataset.region}"]`, page), news);
    } catch {
      // Offline for a moment: the next event tries again.
    }
  }, 300);
}

function replace(region, fresh, news) {
  if (!fresh || shape(region) === shape(fresh)) return;
  if (isAtWork(region)) {
    news.textContent = 'There is something new on this page.';
    offerReload(region);
  } else {
    region.replaceWith(fresh);
  }
}

// Antiforgery tokens differ each time, and so do ages; neither is news.
const shape = (region) => region.innerHTML
  .replace(/(<input[^>]*__RequestVerificationToken[^>]*>)|(\d+ (s|min|h|days) ago|just now)|\schanged/g, '');

const isAtWork = (region) => region.contains(document.activeElement)
  || $$('details[open]', region).length > 0
  || $$('input, textarea', region).some((i) => i.value !== i.defaultValue || i.checked !== i.defaultChecked);

function offerReload(region) {
  if ($('[data-news]', region)) return;
  const hint = document.createElement('p');
  hint.className = 'hint';
  hint.dataset.news = '';
  const link = document.createElement('a');
  link.href = location.href;
  link.textContent = 'Show it';
  hint.append('There is something new on this page. ', link);
  region.prepend(hint);
}

/** Copy buttons: shown where the browser lets a page copy. */
function copying(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    const before = button.innerHTML;
    button.textContent = 'Copied';
    setTimeout(() => { button.innerHTML = before; }, 2000);
  });
}

/** The camera: offered where the browser can read codes itself. */
function scanning(place) {
  if (!('BarcodeDetector' in window) || !navigator.mediaDevices) return;
  place.hidden = false;
  const view = $('[data-scan-view]', place);
  const start = $('[data-scan-start]', place);
  const said = $('[data-scan-state]', place);
  const video = $('video', place);
  let stream = null;

  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    view.hidden = true;
    start.hidden = false;
  };

  start.addEventListener('click', async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      video.srcObject = stream;
      view.hidden = false;
      start.hidden = true;
      said.textContent = 'Point the camera at the code.';
      await video.play();
      await look(new BarcodeDetector({ formats: ['qr_code'] }));
    } catch {
      stop();
      said.textContent = 'The camera cannot be used here. Paste the code instead.';
    }
  });
  $('[data-scan-stop]', place).addEventListener('click', stop);

  async function look(detector) {
    while (stream) {
      const [code] = await detector.detect(video);
      if (code?.rawValue) {
        stop();
        const target = $('[data-scan-target]');
        target.value = code.rawValue;
        target.form.requestSubmit();
        return;
      }
      await new Promise((next) => { setTimeout(next, 150); });
    }
  }
}

/** Choosing a day means that the answer is to hold until it. */
document.addEventListener('input', (event) => {
  if (event.target.type !== 'date') return;
  const until = $('input[name=until][value=date]', event.target.form);
  if (until) until.checked = true;
});

if ($('[data-live-page]')) follow($('#live-state'));
$$('[data-copy]').forEach(copying);
$$('[data-scan]').forEach(scanning);
