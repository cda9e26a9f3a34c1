import { describe, expect, it } from 'vitest';

import { stringAt } from '../../../../../src/domain/core/json-object.ts';
import {
  applicationAccount,
  applicationRules,
} from '../../../../../src/domain/planning/applications/application-account.ts';
import { anApplication } from '../../../../builders/application.ts';
import { rulesOf } from '../../../../builders/role-scene.ts';

describe('applicationRules', () => {
  it.each([
    ['portable-image', 'app-containerize', 'app-containerize-source'],
    ['app-export', 'app-export', 'app-export-source'],
  ] as const)('are those that Task %s brings along', (action, task, role) => {
    expect(applicationRules(anApplication({ action }))).toEqual(rulesOf(task, role));
  });

  it('let a publication read the Secret of its registry only', () => {
    const answers = { action: 'app-publish', publishTo: 'partner' } as const;
    expect(applicationRules(anApplication(answers))).toMatchObject([{ resourceNames: ['partner'], verbs: ['get'] }]);
    const [rule] = applicationRules(anApplication({ ...answers, certificates: 'partner-ca' }));
    expect(rule).toMatchObject({ resourceNames: ['partner', 'partner-ca'] });
  });

  it('let a deletion change records', () => {
    expect(applicationRules(anApplication({ action: 'export-delete' }))).toMatchObject([{ resources: ['configmaps'] }]);
  });
});

describe('applicationAccount', () => {
  it.each([
    [{ action: 'app-publish', publishTo: 'partner' }, 'crane-app-publish-partner', 'epinio'],
    [{ action: 'portable-image' }, 'crane-portable-image', 'course'],
  ] as const)('is in the namespace that it reads: %j', (answers, name, namespace) => {
    const { own, shared } = applicationAccount(anApplication(answers));
    expect(shared).toEqual([]);
    expect(own.map((each) => stringAt(each, 'metadata', 'name'))).toEqual([name, name, name]);
    expect(own.map((each) => stringAt(each, 'metadata', 'namespace'))).toEqual([namespace, namespace, namespace]);
  });
});
