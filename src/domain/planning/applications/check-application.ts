import { checkExportName } from '../../containerize/export-name.ts';
import { parseWorkload } from '../../containerize/workload-kinds.ts';
import type { TaskError } from '../../core/errors.ts';
import { isExportId } from '../../exports/export-record.ts';
import { isObjectName } from '../../kube/resource.ts';
import { isRegistryHost, isRepositoryPath } from '../../oci/image-location.ts';
import { amountOf } from '../../kube/quantity.ts';
import { errorAt, type Problem, type ProblemCode } from '../problem.ts';
import type { ApplicationAction, CompleteApplication } from './application-answers.ts';

type TextAnswer = 'workload' | 'registry' | 'path' | 'release' | 'claim' | 'publishTo' | 'export';

/** What a run cannot do without. */
const needed: Readonly<Record<ApplicationAction, readonly TextAnswer[]>> = {
  'portable-image': ['workload', 'registry', 'path'],
  'app-export': ['release', 'claim'],
  'app-publish': ['release', 'claim', 'publishTo'],
  'export-delete': ['export'],
};

/** What is wrong with answers, as far as that is known without a cluster. */
export function checkApplication(answers: CompleteApplication): readonly Problem[] {
  const missing = needed[answers.action].filter((name) => answers[name] === '');
  return [
    ...missing.map((path) =>
      errorAt(path, 'answer-missing', { message: `${path} is not given`, remedy: 'Choose or type it.' }),
    ),
    ...checks.flatMap(([path, check]) => {
      const found = check(answers);
      return found === undefined ? [] : [errorAt(path, ...found)];
    }),
  ];
}

type Found = readonly [code: ProblemCode, text: { readonly message: string; readonly remedy: string }];

/** What a text must be, unless it is empty. */
interface Rule {
  readonly isValid: (text: string) => boolean;
  readonly code: ProblemCode;
  readonly remedy: string;
}

const objectName: Rule = {
  isValid: isObjectName,
  code: 'name-invalid',
  remedy: 'Give the name of an object: lower-case letters, digits, dashes and dots.',
};

const textRules: Readonly<Partial<Record<keyof CompleteApplication, Rule>>> = {
  registry: {
    isValid: isRegistryHost,
    code: 'repository-invalid',
    remedy: 'Give a host with an optional port, without https://.',
  },
  path: {
    isValid: isRepositoryPath,
    code: 'repository-invalid',
    remedy: 'Give a path in lower case such as team/exports.',
  },
  folder: {
    isValid: isFolder,
    code: 'path-invalid',
    remedy: 'Give a folder below the claim, such as exports/2026. No part begins with a dot.',
  },
  export: { isValid: isExportId, code: 'name-invalid', remedy: 'Choose an export of the list.' },
  release: objectName,
  claim: objectName,
  publishTo: objectName,
  certificates: objectName,
  systemNamespace: objectName,
  registrySecret: objectName,
};

const checks: readonly (readonly [path: string, check: (answers: CompleteApplication) => Found | undefined])[] = [
  ['workload', ({ workload }) => ruleOf(workload, 'name-invalid', parseWorkload)],
  ['exportName', ({ exportName }) => ruleOf(exportName, 'export-name-invalid', checkExportName)],
  ...Object.entries(textRules).map(
    ([path, rule]) => [path, (answers: CompleteApplication) => broken(Reflect.get(answers, path), rule)] as const,
  ),
  ['includePaths', ({ includePaths }) => wrongPath(includePaths)],
  ['excludePaths', ({ excludePaths }) => wrongPath(excludePaths)],
  ['login.secret', ({ login }) => (login.kind === 'secret' && login.secret === '' ? secretMissing : undefined)],
  ['run.volumeSize', ({ run }) => broken(run.volumeSize, volumeSize)],
];

const volumeSize: Rule = { isValid: isSize, code: 'size-invalid', remedy: 'Give a quantity such as 10Gi.' };

const secretMissing: Found = [
  'secret-missing',
  { message: 'no Secret with a login is named', remedy: 'Name one, or let the wizard make an account.' },
];

/** A quantity of more than nothing. */
function isSize(text: string): boolean {
  return (amountOf(text) ?? 0) > 0;
}

/** Parts without a dot in front: the folder cannot leave the claim. */
function isFolder(text: string): boolean {
  return text.split('/').every((part) => /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(part));
}

function broken(text: unknown, { isValid, code, remedy }: Rule): Found | undefined {
  if (typeof text !== 'string' || text === '' || isValid(text)) return undefined;
  return [code, { message: `${JSON.stringify(text)} is not valid here`, remedy }];
}

/** A comma separates paths in a param. */
function wrongPath(paths: readonly string[]): Found | undefined {
  const wrong = paths.find((path) => !path.startsWith('/') || path.includes(',') || path.split('/').includes('..'));
  if (wrong === undefined) return undefined;
  const message = `${JSON.stringify(wrong)} is not an absolute path`;
  return ['path-invalid', { message, remedy: 'Give paths of the container without commas, such as /home/me/.local.' }];
}

/** The rule that a check of the tasks states: it throws nothing but a TaskError. */
function ruleOf(text: string, code: ProblemCode, check: (text: string) => unknown): Found | undefined {
  if (text === '') return undefined;
  try {
    check(text);
    return undefined;
  } catch (error) {
    const { message, remedy } = error as TaskError;
    return [code, { message, remedy }];
  }
}
