import { describe, expect, it } from 'vitest';

import { formatHtml } from '../../../../../src/domain/containerize/page/format-html.ts';
import { folderRows } from '../../../../../src/domain/containerize/page/folder-rows.ts';
import { formatSize } from '../../../../../src/domain/containerize/format-size.ts';
import { formatCount, table, textColumn } from '../../../../../src/domain/containerize/page/html-table.ts';
import { html, jsonData, shorten } from '../../../../../src/domain/containerize/page/html-text.ts';
import { summarizeImage } from '../../../../../src/domain/containerize/summary.ts';
import { hostileSummary, jupyterFacts, jupyterPlan, manyFiles } from '../../../../builders/image-summary.ts';

describe('the page', () => {
  it('of 20,000 files in 1000 folders is smaller than 2 MB, and the same each time', () => {
    const text = formatHtml(summarizeImage(jupyterFacts(manyFiles(20_000, 1000))));
    expect(Buffer.byteLength(text)).toBeLessThan(2_000_000);
    expect(formatHtml(summarizeImage(jupyterFacts(manyFiles(20_000, 1000))))).toBe(text);
  });

  it('is smaller than 2 MB when very many paths were left out', () => {
    const leftOut = Array.from({ length: 50_000 }, (_, index) => ({
      path: `/${'deep/'.repeat(100)}${String(index)}`,
      reason: 'later',
      detail: '',
    }));
    const text = formatHtml(summarizeImage(jupyterFacts([], { leftOut })));
    expect(Buffer.byteLength(text)).toBeLessThan(2_000_000);
    expect(text).toContain('49,003 more in the JSON file.');
  });

  it('has no value, no style attribute, no address to load, and one script and one style', () => {
    const text = formatHtml(hostileSummary());
    expect(text).not.toContain('never-shown');
    expect(text).not.toMatch(/ style=|<link|<img|<iframe|<object|<script src| href="(?!#)/);
    expect(text.match(/<script/g)).toHaveLength(2);
    expect(text.match(/<style/g)).toHaveLength(1);
  });

  it('says what is not known and what is nothing', () => {
    const start = { entrypoint: undefined, arguments: undefined, workingFolder: undefined, user: undefined, ports: [] };
    const plan = jupyterPlan({ start, areas: [], never: [], dropped: [], environment: [], warnings: [] });
    const facts = jupyterFacts([], { plan, layers: [], leftOut: [], findings: [], packages: [], runCommand: '' });
    const summary = summarizeImage({ ...facts, isPublic: undefined });
    const text = formatHtml({ ...summary, image: { ...summary.image, digest: '' } });
    for (const each of [
      'not pushed',
      'not known',
      'Nothing was left out.',
      'All variables of the container are in the image.',
      'No variable was added to those of the base image.',
      'The scan found nothing that looks like a secret.',
      'No package was recognised in the new layers.',
      'The image has the layers of its base alone.',
    ])
      expect(text).toContain(each);
    expect(text).not.toMatch(/id="(?:copy|warnings)"|<dt>User/);
  });

  it('colours more areas than there are colours', () => {
    const [area] = jupyterPlan().areas;
    if (area === undefined) throw new Error('the plan has areas');
    const areas = Array.from({ length: 8 }, (_, index) => ({ ...area, name: `a${String(index)}` }));
    const text = formatHtml(summarizeImage(jupyterFacts([], { plan: jupyterPlan({ areas }) })));
    expect(text.match(/<i class="cell-1">/g)).toHaveLength(2);
  });
});

describe('rows of folders', () => {
  it('have the top above them when the folder between is not listed', () => {
    const [area] = summarizeImage(jupyterFacts([])).areas;
    const folder = { area: '', files: 1, bytes: 5, onDisk: 5 };
    const folders = ['/', '/a/b'].map((path) => ({ path, ...folder }));
    expect(folderRows({ folders, areas: area === undefined ? [] : [area] }).rows).toEqual([
      [0, '', 0, 1, 5],
      [0, 'b', 0, 1, 5],
    ]);
  });
});

describe('a text', () => {
  it.each([
    ['a<b>&"\'', 'a&#60;b&#62;&#38;&#34;&#39;'],
    ['a\u202eb\u001bc\u200b', 'a\\u202eb\\u001bc\\u{200b}'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud800', '\ufffd'],
  ])('%j is escaped', (text, expected) => {
    expect(html`${text}`.html).toBe(expected);
  });

  it('that is long has a gap in a table, and none in a command', () => {
    const long = 'a'.repeat(400) + 'b'.repeat(400);
    expect(shorten(long)).toBe(`${'a'.repeat(300)} … ${'b'.repeat(300)}`);
    const text = formatHtml(summarizeImage(jupyterFacts([], { runCommand: `docker run ${long}` })));
    expect(text).toContain(`docker run ${long}</pre>`);
  });

  it('in data does not end its element', () => {
    expect(jsonData('x', ['</script><!--']).html).toBe(
      '<script type="application/json" id="x">["\\u003c/script>\\u003c!--"]</script>',
    );
  });

  it('is nothing when it is undefined, and joined when it is a list', () => {
    expect(html`<b>${undefined}${[1, 'x', [html`<i>`]]}</b>`.html).toBe('<b>1x<i></b>');
  });
});

describe('a table', () => {
  it('scrolls when it is long', () => {
    const columns = [textColumn<string>('A', (row) => row)];
    expect(table(columns, ['x'], { caption: 'c' }).html).toContain('class="scroll"');
    expect(table(columns, Array.from({ length: 13 }, String), { caption: 'c' }).html).toContain('class="scroll tall"');
    expect(table(columns, ['x', 'y'], { caption: 'c', most: 1 }).html).toContain('1 more in the JSON file.');
  });
});

describe('numbers', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [12_345_678, '12,345,678'],
    [123_456, '123,456'],
  ])('%d is %s', (count, expected) => {
    expect(formatCount(count)).toBe(expected);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '0.98 KiB'],
    [15_000, '14.6 KiB'],
    [1_048_576, '1.00 MiB'],
    [300_000_000, '286 MiB'],
    [5 * 1024 ** 4, '5.00 TiB'],
    [5000 * 1024 ** 4, '5000 TiB'],
  ])('%d bytes are %s', (bytes, expected) => {
    expect(formatSize(bytes)).toBe(expected);
  });
});
