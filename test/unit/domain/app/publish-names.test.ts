import { describe, expect, it } from 'vitest';

import { assertChartPath, choosePublishNames, type PublishNames } from '../../../../src/domain/app/publish-names.ts';
import { thrownBy } from '../../../builders/task-error.ts';

const none: PublishNames = {
  namespace: undefined,
  chartName: undefined,
  chartVersion: undefined,
  imageName: undefined,
  imageTag: undefined,
};
const metadata = { name: 'web', version: '1.2.3' };
const epinio = { epinio: { appName: 'sample', stageID: '8f3b' } };

describe('choosePublishNames', () => {
  it('keeps the names of a chart', () => {
    expect(choosePublishNames(none, {}, metadata)).toEqual({
      chartName: 'web',
      chartVersion: '1.2.3',
      imageName: undefined,
      imageTag: undefined,
    });
  });

  it('names an application of Epinio as Epinio does', () => {
    expect(choosePublishNames({ ...none, namespace: 'workspace' }, epinio, metadata)).toEqual({
      chartName: 'workspace-sample-chart',
      chartVersion: '0.0.0',
      imageName: 'workspace-sample-image',
      imageTag: '8f3b',
    });
    expect(choosePublishNames(none, { epinio: { appName: 'sample', stageID: '' } }, metadata)).toMatchObject({
      chartName: 'sample-chart',
      imageTag: undefined,
    });
  });

  it('takes what the user gives', () => {
    const names = { ...none, chartName: 'c', chartVersion: '1.0.0-rc.1+build.5', imageName: 'i', imageTag: 't' };
    expect(choosePublishNames(names, epinio, metadata)).toEqual({
      chartName: 'c',
      chartVersion: '1.0.0-rc.1+build.5',
      imageName: 'i',
      imageTag: 't',
    });
  });

  it.each([
    [{ chartVersion: '1.2' }, '--chart-version'],
    [{ chartVersion: 'v1.2.3' }, '--chart-version'],
    [{ chartVersion: '01.2.3' }, '--chart-version'],
    [{ chartVersion: `1.0.0-${'x'.repeat(130)}` }, '--chart-version'],
    [{ chartName: 'Web' }, '--chart-name'],
    [{ chartName: 'team/web' }, '--chart-name'],
  ])('refuses %j', async (change, flag) => {
    const error = await thrownBy(() => choosePublishNames({ ...none, ...change }, {}, metadata));
    expect(error).toMatchObject({ code: 'invalid-param', message: expect.stringContaining(flag) as unknown });
  });

  it('refuses a chart without name and version', async () => {
    const error = await thrownBy(() => choosePublishNames(none, {}, {}));
    expect(error.message).toMatch(/--chart-name.*--chart-version/);
  });
});

describe('assertChartPath', () => {
  const names = choosePublishNames({ ...none, chartVersion: '1.0.0+a' }, {}, metadata);

  it.each(['', 'team', 'team/webs', 'web/team', 'team/myweb'])('accepts the path %j', (path) => {
    expect(() => assertChartPath(path, names)).not.toThrow();
  });

  it.each([
    ['web', 'Give no path: the chart becomes web:1.0.0_a.'],
    ['team/web', 'Give the path team: the chart becomes team/web:1.0.0_a.'],
  ])('refuses the path %s, which names the chart', async (path, remedy) => {
    expect(await thrownBy(() => assertChartPath(path, names))).toMatchObject({ code: 'invalid-param', remedy });
  });
});
