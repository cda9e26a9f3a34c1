import type {
  ImageSummary,
  LeftOut,
  SummaryArea,
  SummaryFile,
  SummaryFinding,
  SummaryFolder,
  SummaryLayer,
  SummaryPackage,
  SummaryVariable,
} from '../../schemas/documents.ts';
import { leftOutTexts, variableTexts, weightTexts } from '../summary-texts.ts';
import { formatSize } from '../format-size.ts';
import { countColumn, formatCount, pathColumn, sizeColumn, table, textColumn, type Column } from './html-table.ts';
import { html, path, type Html, type Part } from './html-text.ts';

/** A part of the page with its heading. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Part;
}

export function areaSection({ areas }: ImageSummary): Section {
  const most = Math.max(1, ...areas.map(({ bytes }) => bytes));
  const columns: readonly Column<SummaryArea>[] = [
    textColumn('Area', (area) => html`<b>${area.name}</b><br>${path(area.path)}`),
    textColumn('In the image', ({ included }) =>
      included ? html`<span class="tag good">yes</span>` : html`<span class="tag warn">left out</span>`,
    ),
    countColumn('Files', ({ files }) => files),
    {
      heading: 'Size',
      isNumber: true,
      cell: ({ name, bytes }) => ({ shown: [formatSize(bytes), shareOf(name, bytes, most)], value: bytes }),
    },
    sizeColumn('On disk', ({ onDisk }) => onDisk),
    sizeColumn('Compressed', ({ stored }) => stored),
    textColumn(
      'Reason',
      ({ reason, source }) =>
        html`<span class="reason">${reason}<br><span class="soft">Read from: ${source}</span></span>`,
    ),
  ];
  const body = [
    html`<p class="soft">“Size” is the content as it is unpacked. “On disk” is less for files with holes and more for many
small files. “Compressed” is what the image sends over the network.</p>`,
    table(columns, areas, { caption: 'Areas of the image' }),
  ];
  return { id: 'areas', title: 'What is in the image', body };
}

function shareOf(name: string, bytes: number, most: number): Html {
  return html`<meter min="0" max="${most}" value="${bytes}" aria-label="Size of ${name}"></meter>`;
}

export function folderSection({ folders, foldersNotListed, largestFiles }: ImageSummary): Section {
  const columns: readonly Column<SummaryFolder>[] = [
    pathColumn('Folder', (folder) => folder.path),
    textColumn('Area', ({ area }) => area),
    countColumn('Files', ({ files }) => files),
    sizeColumn('Size', ({ bytes }) => bytes),
    sizeColumn('On disk', ({ onDisk }) => onDisk),
  ];
  const fileColumns: readonly Column<SummaryFile>[] = [
    pathColumn('File', (file) => file.path),
    sizeColumn('Size', ({ bytes }) => bytes),
    sizeColumn('On disk', ({ onDisk }) => onDisk),
  ];
  const rest = foldersNotListed === 0 ? '' : ` ${formatCount(foldersNotListed)} smaller folders are not listed.`;
  const body = [
    html`<p class="soft">A folder has the size of all that is below it.${rest}</p>`,
    table(columns, folders, { caption: 'Folders of the image' }),
    html`<details><summary>Largest files</summary>`,
    table(fileColumns, largestFiles, { caption: 'Largest files' }),
    html`</details>`,
  ];
  return { id: 'folders', title: 'Folders and files', body };
}

export function leftOutSection({ leftOut }: ImageSummary): Section {
  const columns: readonly Column<LeftOut>[] = [
    pathColumn('Path', (entry) => entry.path),
    textColumn('Why', ({ reason }) => asSentence(leftOutTexts.get(reason) ?? reason)),
    textColumn('Details', ({ detail }) => detail),
  ];
  const body =
    leftOut.length === 0
      ? html`<p>Nothing was left out.</p>`
      : table(columns, leftOut, { caption: 'Files and folders that were left out' });
  return { id: 'left-out', title: 'What is not in the image', body };
}

export function environmentSection({ environment: { kept, dropped } }: ImageSummary): Section {
  const columns: readonly Column<SummaryVariable>[] = [
    pathColumn('Variable', ({ name }) => name),
    textColumn('Why it is not in the image', ({ reason }) => asSentence(variableTexts[reason])),
    textColumn('Source', ({ source }) => source),
    textColumn('To supply', ({ supply }) => (supply ? html`<span class="tag warn">at start</span>` : 'no')),
  ];
  const names = kept.map((name) => html`<li>${path(name)}</li>\n`);
  const body = [
    dropped.length === 0
      ? html`<p>All variables of the container are in the image.</p>`
      : table(columns, dropped, { caption: 'Variables that are not in the image' }),
    kept.length === 0
      ? html`<p>No variable was added to those of the base image.</p>`
      : html`<details><summary>In the image: ${kept.length} variables</summary><ul class="names">${names}</ul></details>`,
  ];
  return { id: 'environment', title: 'Environment variables', body };
}

function asSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const weightTags: Readonly<Record<SummaryFinding['weight'], string>> = {
  blocks: 'bad',
  allowed: 'warn',
  'base-image': 'warn',
  'known-package-file': 'good',
};

export function findingSection({ findings }: ImageSummary): Section {
  const columns: readonly Column<SummaryFinding>[] = [
    pathColumn('Place', ({ place }) => place),
    textColumn('Within it', ({ detail }) => detail),
    pathColumn('Rule', ({ rule }) => rule),
    textColumn(
      'Meaning',
      ({ weight }) => html`<span class="tag ${weightTags[weight]}">${asSentence(weightTexts[weight])}</span>`,
    ),
    textColumn('Reason given', ({ reason }) => reason),
  ];
  const order = ['blocks', 'allowed', 'base-image', 'known-package-file'] as const;
  const sorted = order.flatMap((weight) => findings.filter((finding) => finding.weight === weight));
  const body =
    sorted.length === 0
      ? html`<p>The scan found nothing that looks like a secret.</p>`
      : [
          html`<p class="soft">A finding has the place and the rule. Values are not in this page.</p>`,
          table(columns, sorted, { caption: 'Findings of the secret scan' }),
        ];
  return { id: 'findings', title: 'Secret scan', body };
}

export function packageSection({ packages }: ImageSummary): Section {
  const columns: readonly Column<SummaryPackage>[] = [
    pathColumn('Package', ({ name }) => name),
    pathColumn('Version', ({ version }) => version),
    textColumn('Ecosystem', ({ ecosystem }) => ecosystem),
    textColumn('Licence', ({ licence }) => licence),
  ];
  const body =
    packages.length === 0
      ? html`<p>No package was recognised in the new layers.</p>`
      : table(columns, packages, { caption: 'Packages in the new layers' });
  return { id: 'packages', title: 'Packages', body };
}

export function layerSection({ layers }: ImageSummary): Section {
  const columns: readonly Column<SummaryLayer>[] = [
    pathColumn('Digest', ({ digest }) => digest),
    textColumn('Areas', ({ areas }) => areas.join(', ')),
    countColumn('Files', ({ files }) => files),
    sizeColumn('Size', ({ bytes }) => bytes),
    sizeColumn('Compressed', ({ stored }) => stored),
  ];
  const body =
    layers.length === 0
      ? html`<p>The image has the layers of its base alone.</p>`
      : table(columns, layers, { caption: 'New layers' });
  return { id: 'layers', title: 'Layers', body };
}
