import type { FolderRow } from '../../src/domain/containerize/page/folder-rows.ts';
import { readTree } from './folder-tree.ts';
import { makeSortable } from './sort-tables.ts';
import { drawTreemap } from './treemap.ts';

/** What the page does in a browser. All texts were written by the program that made the page, or are set as text. */
function start(): void {
  for (const table of document.querySelectorAll('table')) makeSortable(table);
  startMap();
  startCopying();
}

function startMap(): void {
  const section = document.getElementById('sizes');
  const map = document.getElementById('map');
  const crumbs = document.getElementById('crumbs');
  const up = document.getElementById('up');
  const data = document.getElementById('folders-data')?.textContent;
  if (!section || !map || !crumbs || !(up instanceof HTMLButtonElement) || data === undefined) return;
  const top = readTree(JSON.parse(data) as readonly FolderRow[]);
  if (top === undefined || top.bytes === 0) return;
  section.hidden = false;
  drawTreemap(top, { map, crumbs, up });
}

function startCopying(): void {
  const command = document.getElementById('run-command');
  const button = document.getElementById('copy');
  if (!command || !button) return;
  button.hidden = false;
  button.addEventListener('click', () => {
    void copy(command).then((copied) => {
      button.textContent = copied ? 'Copied' : 'Selected';
    });
  });
}

/** Selects the text where the browser does not allow to copy it. */
async function copy(element: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    getSelection()?.selectAllChildren(element);
    return false;
  }
}

start();
