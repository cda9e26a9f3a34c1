import { formatSize } from '../../src/domain/containerize/format-size.ts';
import { squarify, type Rectangle } from '../../src/domain/containerize/page/squarify.ts';
import type { Folder } from './folder-tree.ts';

/** The places of a treemap in the page. */
export interface TreemapPlaces {
  readonly map: HTMLElement;
  readonly crumbs: HTMLElement;
  readonly up: HTMLButtonElement;
}

interface Part {
  readonly label: string;
  readonly colour: number;
  readonly files: number;
  readonly bytes: number;
  readonly folder: Folder | undefined;
}

const labelHeight = 24;
/** A smaller part has no inner parts, in pixels. */
const leastInner = 70;
/** A smaller part is not drawn, in square pixels. */
const leastArea = 12;
const mostInner = 40;

/** Draws the folders below the top as rectangles, and those of another one when it is chosen. */
export function drawTreemap(top: Folder, places: TreemapPlaces): void {
  let trail: readonly Folder[] = [top];
  const show = (next: readonly Folder[], focus: 'first' | 'crumb' | 'none'): void => {
    trail = next;
    draw(trail, places, show);
    if (focus === 'first') (places.map.querySelector('button') ?? places.up).focus();
    if (focus === 'crumb') places.crumbs.querySelector<HTMLElement>('[aria-current]')?.focus();
  };
  const goUp = (): void => {
    if (trail.length > 1) show(trail.slice(0, -1), trail.length > 2 ? 'none' : 'first');
  };
  places.up.addEventListener('click', goUp);
  places.map.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' || event.key === 'Backspace') goUp();
    else moveFocus(event, places.map);
  });
  let width = 0;
  new ResizeObserver(() => {
    if (places.map.clientWidth === width) return;
    width = places.map.clientWidth;
    draw(trail, places, show);
  }).observe(places.map);
}

/** Arrow keys move between the parts, largest first. */
function moveFocus(event: KeyboardEvent, map: HTMLElement): void {
  const step = new Map([
    ['ArrowRight', 1],
    ['ArrowDown', 1],
    ['ArrowLeft', -1],
    ['ArrowUp', -1],
  ]).get(event.key);
  if (step === undefined) return;
  const buttons = [...map.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  buttons[at + step]?.focus();
  event.preventDefault();
}

type Show = (trail: readonly Folder[], focus: 'first' | 'crumb' | 'none') => void;

function draw(trail: readonly Folder[], { map, crumbs, up }: TreemapPlaces, show: Show): void {
  const current = trail.at(-1);
  if (current === undefined) return;
  up.disabled = trail.length === 1;
  crumbs.replaceChildren(
    ...trail.map((folder, depth) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'path';
      // Only the name of the top may be empty: it is `/` then.
      const above = trail[depth - 1]?.name;
      const slash = above === undefined || above === '' ? '' : '/';
      button.textContent = `${slash}${folder.name}` || '/';
      if (depth === trail.length - 1) button.setAttribute('aria-current', 'true');
      button.addEventListener('click', () => {
        show(trail.slice(0, depth + 1), 'crumb');
      });
      return button;
    }),
  );
  const frame = { x: 0, y: 0, width: map.clientWidth, height: map.clientHeight };
  const cells = place(partsOf(current), frame).map(([part, at]) => {
    const { folder } = part;
    const open =
      folder === undefined || folder.folders.length === 0 ? undefined : () => show([...trail, folder], 'first');
    return drawCell(part, at, { open, share: part.bytes / current.bytes });
  });
  map.replaceChildren(...cells);
}

function partsOf({ folders, own, colour }: Folder): readonly Part[] {
  const parts: Part[] = folders.map((folder) => ({ ...folder, label: folder.name, folder }));
  const label = folders.length === 0 ? 'files' : 'files and small folders';
  if (own.bytes > 0) parts.push({ ...own, label, colour, folder: undefined });
  return parts.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
}

function place(parts: readonly Part[], frame: Rectangle): readonly (readonly [Part, Rectangle])[] {
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const area = frame.width * frame.height;
  const drawn = parts.filter(({ bytes }) => (bytes / total) * area >= leastArea);
  if (area <= 0) return [];
  const places = squarify(
    drawn.map(({ bytes }) => bytes),
    frame,
  );
  return drawn.flatMap((part, index) => {
    const at = places[index];
    return at === undefined ? [] : [[part, at] as const];
  });
}

interface CellUse {
  readonly open: (() => void) | undefined;
  /** Of the folder that is shown. */
  readonly share: number;
}

/** The button is beside the inner parts, not around them: its name is its own label. */
function drawCell(part: Part, at: Rectangle, { open, share }: CellUse): HTMLElement {
  const cell = document.createElement('div');
  cell.className = `cell cell-${String(part.colour)}`;
  moveTo(cell, at);
  const files = `${String(part.files)} ${part.files === 1 ? 'file' : 'files'}`;
  const size = formatSize(part.bytes);
  const about = `${part.label} ${size}, ${(share * 100).toFixed(1)} %, ${files}`;
  const label = document.createElement(open === undefined ? 'span' : 'button');
  label.className = 'label';
  label.title = about;
  if (at.width >= 34 && at.height >= 20) {
    const name = document.createElement('b');
    name.textContent = part.label;
    label.append(name, ` ${size}`);
  }
  if (open !== undefined) {
    label.setAttribute('type', 'button');
    label.setAttribute('aria-label', about);
    label.addEventListener('click', open);
  }
  cell.append(...drawInner(part, at), label);
  return cell;
}

function drawInner({ folder }: Part, { width, height }: Rectangle): readonly HTMLElement[] {
  if (folder === undefined || folder.folders.length === 0 || width < leastInner || height < leastInner) return [];
  const frame = { x: 4, y: labelHeight, width: width - 10, height: height - labelHeight - 6 };
  return place(partsOf(folder), frame)
    .slice(0, mostInner)
    .map(([part, at]) => {
      const inner = document.createElement('span');
      inner.className = `inner cell-${String(part.colour)}`;
      inner.ariaHidden = 'true';
      moveTo(inner, at);
      if (at.width >= 40 && at.height >= 20) inner.textContent = part.label;
      return inner;
    });
}

// Style attributes are refused by the policy of the page; setting members of `style` is not.
function moveTo(element: HTMLElement, { x, y, width, height }: Rectangle): void {
  element.style.left = `${x.toFixed(1)}px`;
  element.style.top = `${y.toFixed(1)}px`;
  element.style.width = `${width.toFixed(1)}px`;
  element.style.height = `${height.toFixed(1)}px`;
}
