import { describe, expect, it } from 'vitest';

import { readAnswers, toAnswersFile } from '../../../../src/domain/planning/answers.ts';
import { aClaim, anInventory, complete, theAnswers } from '../../../builders/planning.ts';
import { aKind, aSurface } from '../../../builders/surface.ts';

describe('readAnswers', () => {
  it('takes what only names the two namespaces', () => {
    expect(readAnswers([theAnswers()], 'answers.yaml')).toEqual(theAnswers());
  });

  it.each([
    ['a misspelled member', { ...theAnswers(), claim: {} }, 'did you mean claims'],
    ['a name that no label can hold', { ...theAnswers(), name: 'a'.repeat(41) }, 'name: expected a name of at most 40'],
    ['a name with a dot', { ...theAnswers(), name: 'a.b' }, 'name: expected a name'],
    ['another version', { ...theAnswers(), schemaVersion: 2 }, 'schemaVersion: expected 1'],
  ])('refuses %s', (_, document, message) => {
    expect(() => readAnswers([document], 'answers.yaml')).toThrow(
      expect.objectContaining({ code: 'invalid-file', message: expect.stringContaining(message) as string }),
    );
  });

  it.each([[[]], [[theAnswers(), theAnswers()]]])('refuses a file without exactly one document', (documents) => {
    expect(() => readAnswers(documents, 'answers.yaml')).toThrow(`got ${String(documents.length)}`);
  });
});

describe('completeAnswers', () => {
  it('gives each claim the class of its name, else the default of the destination', async () => {
    const surface = aSurface({
      storageClasses: [
        { name: 'fast', isDefault: false },
        { name: 'usual', isDefault: true },
      ],
    });
    const inventory = await anInventory({
      resources: [
        aClaim('a', { spec: { storageClassName: 'fast' } }),
        aClaim('b'),
        aClaim('c', { spec: { volumeMode: 'Block' } }),
      ],
      destination: { surface },
    });
    const { settings } = complete(inventory).claims;
    expect(settings.map(({ name, storageClass, move }) => `${name} ${storageClass} ${String(move)}`)).toEqual([
      'a fast true',
      'b usual true',
      'c usual false',
    ]);
    const none = await anInventory({
      resources: [aClaim('a')],
      destination: { surface: aSurface({ storageClasses: [] }) },
    });
    expect(complete(none).claims.settings[0]?.storageClass).toBe('');
  });

  it('leaves the group of the volume to OpenShift, which assigns it', async () => {
    const plain = await anInventory();
    const surface = aSurface({ kinds: [aKind('security.openshift.io/v1 SecurityContextConstraints sccs')] });
    const openshift = await anInventory({ destination: { surface } });
    expect([complete(plain).run.fsGroup, complete(openshift).run.fsGroup]).toEqual([65532, 0]);
  });

  it('keeps every answer that is given', async () => {
    const inventory = await anInventory({ resources: [aClaim('data')] });
    const given = theAnswers({
      action: 'volumes',
      destination: { namespace: 'shop', createNamespace: true, server: 'https://kubernetes.default.svc' },
      allowForbidden: ['roles'],
      images: {
        copy: false,
        exclude: ['shop/web:1'],
        builtImages: 'rebuild',
        ifExists: 'skip',
        referrers: 'false',
        registries: ['quay.io'],
        allowProblems: ['import-failed'],
        sourceRegistry: { internal: 'a:5000', public: 'a.test' },
        destinationRegistry: { internal: 'b:5000', public: 'b.test' },
      },
      claims: {
        settings: [
          { name: 'data', move: false, newName: 'd', storageClass: 's', size: '2Gi', accessModes: ['ReadWriteMany'] },
        ],
        endpointType: 'node-port',
        endpointAddress: '192.0.2.1',
        subdomain: 'apps.test',
        transferImage: 'image',
        runAsUser: 1001,
      },
      changes: {
        namespaces: [{ from: 'a', to: 'b' }],
        modernize: 'ingress',
        ingressClass: 'public',
        gateway: 'g',
        routeDomain: 'apps.test',
        skipPlugins: ['OpenShiftPlugin'],
        patches: 'patch',
      },
      credentials: { source: { kind: 'secret', secret: 's' }, destination: { kind: 'token' } },
      acceptedGaps: [{ check: 'c', reason: 'r' }],
      verify: { readyTimeout: 0, allowUnready: ['Job.batch'] },
      run: {
        serviceAccount: 'a',
        volumeSize: '2Gi',
        storageClass: 'c',
        fsGroup: 1,
        caConfigMap: 'ca',
        timeoutMinutes: 5,
      },
    });
    const { schemaVersion, ...rest } = given;
    expect(complete(inventory, given)).toEqual(rest);
    expect(toAnswersFile(complete(inventory, given))).toEqual({ schemaVersion, ...rest });
  });

  it('sorts accepted gaps by their checks', async () => {
    const gaps = ['c', 'a', 'b'].map((check) => ({ check, reason: 'r' }));
    const { acceptedGaps } = complete(await anInventory(), theAnswers({ acceptedGaps: gaps }));
    expect(acceptedGaps.map(({ check }) => check)).toEqual(['a', 'b', 'c']);
  });
});

describe('toAnswersFile', () => {
  it('writes a file that can be read, and is completed to the same', async () => {
    const inventory = await anInventory({ resources: [aClaim('data')] });
    const answers = complete(inventory);
    expect(complete(inventory, readAnswers([toAnswersFile(answers)], 'answers.yaml'))).toEqual(answers);
  });
});
