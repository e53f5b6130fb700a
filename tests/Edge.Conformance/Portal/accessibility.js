// Run in a page; returns what is wrong with it, one sentence each. Checks by computing, so nothing depends on a list of colours.
() => {
  const problems = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const name = (e) => `<${e.tagName.toLowerCase()}${e.id ? ` id=${e.id}` : ''}> "${(e.textContent || e.value || '').trim().slice(0, 40)}"`;
  const isShown = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().width > 1;

  // Page: language, title, landmarks, headings.
  if (!document.documentElement.lang) problems.push('no language');
  if (!document.title.includes('·')) problems.push(`title "${document.title}" does not name the page`);
  for (const landmark of ['main', 'header', 'footer']) if (all(landmark).length !== 1) problems.push(`${all(landmark).length} × <${landmark}>`);
  if (all('nav').some((nav) => !nav.getAttribute('aria-label'))) problems.push('a <nav> without a name');
  if (all('h1').length !== 1) problems.push(`${all('h1').length} × <h1>`);
  let level = 1;
  for (const heading of all('h1,h2,h3,h4')) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) problems.push(`heading ${name(heading)} skips a level`);
    level = own;
  }

  // Names and references.
  const ids = all('[id]').map((e) => e.id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) problems.push(`id ${id} is used twice`);
  for (const attribute of ['aria-labelledby', 'aria-describedby', 'for'])
    for (const e of all(`[${attribute}]`)) if (!ids.includes(e.getAttribute(attribute))) problems.push(`${name(e)} ${attribute} leads nowhere`);
  for (const field of all('input:not([type=hidden]), textarea, select'))
    if (!field.labels?.length && !field.getAttribute('aria-label')) problems.push(`field ${name(field)} has no label`);
  for (const e of all('a, button, summary')) if (!e.textContent.trim() && !e.getAttribute('aria-label')) problems.push(`${name(e)} has no name`);
  for (const e of all('img')) if (!e.hasAttribute('alt')) problems.push(`${name(e)} has no alt`);
  for (const e of all('svg')) if (e.getAttribute('aria-hidden') !== 'true' && !e.getAttribute('aria-label')) problems.push('an <svg> has no name');
  for (const set of all('fieldset')) if (!set.querySelector('legend')) problems.push('a <fieldset> without a legend');
  for (const list of all('ul')) if ([...list.children].some((child) => child.tagName !== 'LI')) problems.push('a <ul> with other children than <li>');

  // Contrast (WCAG 1.4.3), from what the browser computed.
  const parse = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  let texts = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !isShown(e) || e.closest('.unseen, .skip')) continue;
    texts++;
    const style = getComputedStyle(e);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const [a, b] = [light(parse(style.color)), light(ground(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < needed) problems.push(`contrast ${ratio.toFixed(2)} of ${name(e)}`);
  }
  if (texts < 5) problems.push(`only ${texts} texts were looked at`);

  // Targets (WCAG 2.5.8): 24 by 24, but for links within a sentence. Ours are 44 high, but for the small button of the live state.
  for (const e of all('a, button, input:not([type=hidden]), summary')) {
    if (!isShown(e) || e.closest('.skip') || e.matches('.skip') || (e.tagName === 'A' && e.closest('p:not(.crumb)') && !e.matches('.button'))) continue;
    const box = (e.closest('label.check') ?? e).getBoundingClientRect();
    const least = e.closest('.live-state') ? 24 : 44;
    if (box.width < 24 || box.height < least - 0.5) problems.push(`target ${name(e)} is ${Math.round(box.width)} × ${Math.round(box.height)}`);
  }

  // Reflow (WCAG 1.4.10): nothing to scroll sideways.
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) problems.push(`wider than the window: ${document.documentElement.scrollWidth}`);
  return problems;
}
