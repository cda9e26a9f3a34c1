import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import { buildListedImage, imageNames } from '../../scripts/images/build-images.ts';
import { debianComponent, parseControlFiles } from '../../scripts/images/contents.ts';
import { readFromLayers } from '../../scripts/images/layouts.ts';
import { ownPlatform } from '../../scripts/images/programs-of-platform.ts';
import { arrayAt, stringAt } from '../../src/domain/core/json-object.ts';
import { programPath } from '../../testbed/clusters/programs.ts';

describe.each(imageNames)('the image %s', (name) => {
  it('lists every Debian package, Go module and npm package in it, and says so in a file of its own', async () => {
    const image = await buildListedImage(name, ownPlatform);
    const file = await readFromLayers(image.layout, 'usr/local/share/crane-tasks/contents.cdx.json');
    expect(file).toBe(image.contents);
    const listed = arrayAt(JSON.parse(file), 'components').map((component) => stringAt(component, 'purl') ?? '');
    expect(new Set(listed).size).toBe(listed.length);
    const packages = parseControlFiles(await readFromLayers(image.layout, 'var/lib/dpkg/status.d/*'));
    expect(packages.map((one) => one.name)).toEqual(expect.arrayContaining(['libc6', 'git', 'skopeo']));
    expect(packages.some((one) => one.name === 'rsync')).toBe(name === 'transfer');
    expect(listed).toEqual(expect.arrayContaining(packages.map((one) => String(debianComponent(one)['purl']))));
    const modules = (await execa('go', ['version', '-m', programPath('kubectl')])).stdout
      .split('\n')
      .filter((line) => line.startsWith('\tdep\t'));
    expect(modules.length).toBeGreaterThan(50);
    expect(listed.filter((purl) => purl.startsWith('pkg:golang/')).length).toBeGreaterThanOrEqual(modules.length);
    expect(listed.some((purl) => purl.startsWith('pkg:npm/execa@'))).toBe(true);
  });
});
