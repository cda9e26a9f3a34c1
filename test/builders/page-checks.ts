// What is evaluated in the page.

/** Whether the element with the focus is covered by another one. */
export const isHidden = `(() => {
  const at = document.activeElement;
  if (at === null || at === document.body) return false;
  const box = at.getBoundingClientRect();
  if (box.width === 0 || box.height > innerHeight) return false;
  const found = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 12));
  return found !== null && !at.contains(found) && !found.contains(at) && found.closest('label') === null;
})()`;

/** Buttons whose text does not fit. */
export const clippedButtons = `[...document.querySelectorAll('button')]
  .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.closest('.crane-list') === null)
  .map((each) => each.textContent)`;

/** Texts for people that no translation gave. Names of objects, of plugins and of code are the same everywhere. */
export const untranslated = `[...document.querySelectorAll('h1, h2, h3, label, legend, th, main button, a, option')]
  .filter((each) => each.closest('.crane-list, tbody') === null && each.children.length === 0)
  .map((each) => each.textContent.trim())
  .filter((text) => text !== '' && !text.includes('\\u27e6'))
  .filter((text) => !/^(local|silver.*|crane-tasks .*|\\w+Plugin|English|Deutsch|[A-Z]\\w+|\\*|[a-z]+-[a-z-]+|route)$/.test(text))`;

/**
 * Targets of less than 24 by 24 pixels that are no links in a text, and whose circle of 24 pixels touches another target or
 * its circle: WCAG 2.5.8. The label of a checkbox belongs to its target.
 */
export const smallTargets = `(() => {
  const parts = (each) => [each, ...(each.labels ?? [])].map((part) => part.getBoundingClientRect());
  const whole = (boxes) => {
    const [left, top] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))];
    const [right, bottom] = [Math.max(...boxes.map((box) => box.right)), Math.max(...boxes.map((box) => box.bottom))];
    return { left, top, right, bottom, width: right - left, height: bottom - top };
  };
  const targets = [...document.querySelectorAll('button, input, select, textarea, [role=tab]')]
    .filter((each) => each.getBoundingClientRect().width > 0)
    .map((each) => ({ each, layer: each.closest('.pf-v6-c-masthead, .pf-v6-c-wizard__footer, .pf-v6-c-wizard__toggle'), box: each.matches('[type=checkbox], [type=radio]') ? whole(parts(each)) : each.getBoundingClientRect() }));
  const isSmall = ({ box }) => box.width < 24 || box.height < 24;
  const centre = ({ left, top, width, height }) => ({ x: left + width / 2, y: top + height / 2 });
  const distance = (point, box) => Math.hypot(
    Math.max(box.left - point.x, 0, point.x - box.right),
    Math.max(box.top - point.y, 0, point.y - box.bottom),
  );
  const touches = (one, other) => {
    // Fixed parts of the page are over what is scrolled below them.
    if (one.layer !== other.layer) return false;
    const [from, to] = [centre(one.box), centre(other.box)];
    if (isSmall(other) && Math.hypot(from.x - to.x, from.y - to.y) < 24) return true;
    return distance(from, other.box) < 12;
  };
  return targets
    .filter((one) => isSmall(one) && targets.some((other) => other !== one && touches(one, other)))
    .map(({ each, box }) => [each.textContent || each.id, box.width, box.height].join(' '));
})()`;

/** Elements that move although the user does not want that. */
export const movingParts = `[...document.querySelectorAll('*')]
  .filter((each) => Number.parseFloat(getComputedStyle(each).transitionDuration) > 0.001)
  .map((each) => each.className)`;

/** Texts and controls that reach beyond the right edge of the window. Tables may be scrolled. */
export const widerThanWindow = `[...document.querySelectorAll('main h1, main h2, main p, main label, main button, main input, main select')]
  .filter((each) => each.closest('table, .pf-v6-c-tabs') === null)
  .filter((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth)
  .map((each) => each.textContent || each.id)`;

/** Titles of columns that are cut. */
export const cutTitles = `[...document.querySelectorAll('th')]
  .filter((each) => [each, ...each.children].some((part) => part.scrollWidth > part.clientWidth + 1))
  .map((each) => each.textContent)`;
