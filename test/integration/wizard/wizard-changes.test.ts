import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt } from '../../../src/domain/core/json-object.ts';
import { moveAnswers, startWizardScene, type WizardScene } from '../../builders/started-wizard.ts';

let all: WizardScene;

beforeAll(async () => {
  all = await startWizardScene(['renewed', 'changed', 'staged']);
});

afterAll(() => all.stop());

describe('the logins of a migration', () => {
  const expiryOf = async (side: string) =>
    stringAt((await all.ask('GET', '/migrations/renewed')).json, 'logins', side, 'expiresAt');

  it('show when they expire, and are renewed for the account or with a token', async () => {
    const first = Date.parse((await expiryOf('source')) ?? '');
    expect(first).toBeGreaterThan(Date.now() + 7 * 3_600_000);
    const listed = arrayAt((await all.ask('GET', '/migrations')).json, 'migrations');
    expect(listed.map((each) => stringAt(each, 'tokensExpireAt', 'destination'))).not.toContain(undefined);
    const exp = Math.floor(Date.now() / 1000) + 600;
    const token = `h.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.s`;
    const pasted = await all.ask('PUT', '/migrations/renewed/credentials/source', { token });
    expect(pasted.json).toEqual({ expiresAt: new Date(exp * 1000).toISOString() });
    const refused = await all.ask('POST', '/migrations/renewed/runs', { action: 'stage' });
    expect([refused.status, stringAt(refused.json, 'code')]).toEqual([400, 'invalid-param']);
    expect(stringAt(refused.json, 'remedy')).toContain('Renew the login of the source');
    const connection = await all.connect('source', { context: 'local' });
    const renewed = await all.ask('PUT', '/migrations/renewed/credentials/source', { connection });
    expect(renewed.status, renewed.text).toBe(200);
    expect(Date.parse((await expiryOf('source')) ?? '')).toBeGreaterThanOrEqual(first);
    expect((await all.ask('POST', '/migrations/renewed/runs', { action: 'stage' })).status).toBe(201);
    const { text } = await all.ask('GET', '/migrations/renewed/objects');
    expect(text).toContain('renewed-source');
    expect(text + pasted.text + all.wizard.output()).not.toContain(token);
  });

  it('must last as long as a run that a creation starts, else nothing is created', async () => {
    const exp = Math.floor(Date.now() / 1000) + 600;
    const source = `h.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.s`;
    const answers = moveAnswers('short', { credentials: { source: { kind: 'token' } } });
    const body = { inventory: all.inventory, answers, start: 'stage', tokens: { source } };
    const refused = await all.ask('POST', '/migrations', body);
    expect([refused.status, stringAt(refused.json, 'code')]).toEqual([400, 'invalid-param']);
    expect((await all.ask('GET', '/migrations/short')).status).toBe(404);
  });

  it.each([
    ['source', {}],
    ['elsewhere', { token: 't' }],
  ])('refuses to renew the %s with %j', async (side, body) => {
    expect((await all.ask('PUT', `/migrations/renewed/credentials/${side}`, body)).status).toBe(400);
  });

  it('refuses a connection to the other side', async () => {
    const connection = await all.connect('destination', { own: true });
    expect((await all.ask('PUT', '/migrations/renewed/credentials/source', { connection })).status).toBe(400);
  });
});

describe('new answers', () => {
  it('are taken with the checks of a creation while nothing runs', async () => {
    const answers = moveAnswers('changed', { claims: { settings: [{ name: 'data', size: '2Gi' }] } });
    const changed = await all.ask('PUT', '/migrations/changed', { inventory: all.inventory, answers });
    expect(changed.status, changed.text).toBe(200);
    expect(stringAt((await all.ask('GET', '/migrations/changed')).json, 'answers')).toContain('2Gi');
    const wrong = moveAnswers('changed', { claims: { settings: [{ name: 'data', size: '1Mi' }] } });
    expect((await all.ask('PUT', '/migrations/changed', { inventory: all.inventory, answers: wrong })).status).toBe(
      422,
    );
    expect(
      (await all.ask('PUT', '/migrations/changed', { inventory: all.inventory, answers: moveAnswers('other') })).status,
    ).toBe(400);
    expect(
      (await all.ask('PUT', '/migrations/none', { inventory: all.inventory, answers: moveAnswers('none') })).status,
    ).toBe(404);
  });

  it('keep the names of claims that were copied, and wait for the end of a run', async () => {
    const run = {
      name: 'staged-stage-1',
      migration: 'staged',
      action: 'stage',
      condition: ['Unknown', 'Running'],
    } as const;
    await all.scene.addRun(run);
    const answers = moveAnswers('staged', { claims: { settings: [{ name: 'data', newName: 'files' }] } });
    const running = await all.ask('PUT', '/migrations/staged', { inventory: all.inventory, answers });
    expect([running.status, stringAt(running.json, 'code')]).toEqual([409, 'state-refused']);
    await all.scene.endRun(run.name, ['True', 'Succeeded']);
    const renamed = await all.ask('PUT', '/migrations/staged', { inventory: all.inventory, answers });
    expect([renamed.status, stringAt(renamed.json, 'code')]).toEqual([422, 'request-refused']);
    expect(
      (await all.ask('PUT', '/migrations/staged', { inventory: all.inventory, answers: moveAnswers('staged') })).status,
    ).toBe(200);
  });
});

describe('a gap', () => {
  const quotas = '/api/v1/namespaces/shop-new/resourcequotas';

  it('is refused without a reason by the API too, at the creation and with new answers', async () => {
    const spec = { hard: { persistentvolumeclaims: '0' } };
    await all.cluster.create(quotas, { metadata: { name: 'tight' }, spec });
    const inventory = await all.takeInventory();
    const { json } = await all.ask('POST', '/validations', { inventory, answers: moveAnswers('gap') });
    const gaps = arrayAt(json, 'items').filter((each) => stringAt(each, 'outcome') === 'failed');
    const [check = ''] = gaps.map((each) => stringAt(each, 'id') ?? '');
    expect(check).toContain('tight');
    const acceptedGaps = [{ check, reason: 'the quota is raised today' }];
    for (const [method, path, name] of [
      ['POST', '/migrations', 'gap'],
      ['PUT', '/migrations/staged', 'staged'],
    ] as const) {
      const refused = await all.ask(method, path, { inventory, answers: moveAnswers(name) });
      expect([refused.status, stringAt(refused.json, 'code')], refused.text).toEqual([422, 'request-refused']);
      expect(stringAt(refused.json, 'detail')).toContain('tight');
      const blank = [{ check, reason: ' ' }];
      const answers = moveAnswers(name, { acceptedGaps: blank });
      expect((await all.ask(method, path, { inventory, answers })).status).toBeGreaterThanOrEqual(400);
      const accepted = await all.ask(method, path, { inventory, answers: moveAnswers(name, { acceptedGaps }) });
      expect(accepted.status, accepted.text).toBeLessThan(300);
    }
    expect((await all.ask('GET', '/migrations/gap')).status).toBe(200);
  });
});

describe('an accepted migration', () => {
  it('is not taken back, and is deleted with all that it owns', async () => {
    const run = {
      name: 'changed-app-1',
      migration: 'changed',
      action: 'cutover',
      condition: ['True', 'Succeeded'],
    } as const;
    await all.scene.addRun(run);
    await all.scene.addTask(run, {
      task: 'apply-to-cluster',
      taskRef: 'kubectl-apply-kustomize',
      condition: ['True', 'Succeeded'],
    });
    const accepted = await all.ask('POST', '/migrations/changed/runs', { action: 'accept' });
    expect(accepted.json, accepted.text).toEqual({ run: '', isNew: true });
    expect(stringAt((await all.ask('GET', '/migrations/changed')).json, 'phase')).toBe('accepted');
    expect((await all.ask('POST', '/migrations/changed/take-back', { dryRun: true })).status).toBe(409);
    expect((await all.ask('DELETE', '/migrations/changed')).status).toBe(204);
    expect((await all.ask('GET', '/migrations/changed')).status).toBe(404);
  });
});
