import type { SyncPlan } from '../images/plan/sync-plan.ts';
import type { ClaimChoice, CompleteAnswers } from './answers.ts';
import type { Inventory } from './inventory.ts';
import type { ImagePlan } from './plan-images.ts';

export type QuestionStep = 'what' | 'source' | 'destination' | 'images' | 'claims' | 'credentials' | 'run';

export interface Choice {
  readonly value: string;
  /** What distinguishes it, for people; empty when the value says all. */
  readonly label: string;
}

export interface Question {
  /** Place of its answer, for example `images.copy`; claims are named: `claims.settings.data.size`. */
  readonly id: string;
  readonly step: QuestionStep;
  readonly kind: 'text' | 'switch' | 'choice' | 'list' | 'quantity' | 'number';
  /** The answer that holds now: what the user gave, else the default. */
  readonly answer: string | number | boolean | readonly string[];
  /** Empty: any value. */
  readonly choices: readonly Choice[];
  /** Why it is asked. */
  readonly why: string;
  /** Ids of the questions whose answers decide whether or how it is asked. */
  readonly dependsOn: readonly string[];
}

type Draft = Omit<Question, 'choices' | 'dependsOn'> & Partial<Question>;

/** The questions that matter for what is there and what was answered before, in the order of the steps. */
export function questionsFor(inventory: Inventory, answers: CompleteAnswers, images: ImagePlan): readonly Question[] {
  const drafts = [
    ...askWhat(answers),
    ...(inventory.destination.exists ? [] : [askNamespace(answers)]),
    ...(answers.action === 'volumes' ? [] : askImages(inventory, answers, images)),
    ...(answers.action === 'images' ? [] : askClaims(inventory, answers)),
    ...askCredentials(answers),
    ...askRun(answers),
  ];
  return drafts.map((draft) => ({ choices: [], dependsOn: [], ...draft }));
}

function askWhat({ name, action }: CompleteAnswers): readonly Draft[] {
  const why = 'The migration and its runs are named after it.';
  return [
    { id: 'name', step: 'what', kind: 'text', answer: name, why },
    {
      id: 'action',
      step: 'what',
      kind: 'choice',
      answer: action,
      choices: plainChoices(['application', 'images', 'volumes']),
      why: 'The images alone can be moved, or the volumes copied ahead.',
    },
  ];
}

function askNamespace({ destination }: CompleteAnswers): Draft {
  const why = `The destination has no namespace ${destination.namespace}.`;
  return {
    id: 'destination.createNamespace',
    step: 'destination',
    kind: 'switch',
    answer: destination.createNamespace,
    why,
  };
}

/** Nothing is asked when no image is on a registry of the source. */
function askImages({ source }: Inventory, { images }: CompleteAnswers, imagePlan: ImagePlan): readonly Draft[] {
  const plan = imagePlan.kind === 'planned' ? imagePlan.plan : undefined;
  const hasImages = plan === undefined ? source.images.streams.length > 0 : countOf(plan) > 0;
  if (!hasImages) return [];
  const copy: Draft = {
    id: 'images.copy',
    step: 'images',
    kind: 'switch',
    answer: images.copy,
    why: 'Workloads at the destination cannot pull images from the registry of the source cluster.',
  };
  if (plan === undefined) return [copy];
  const built = [...plan.images, ...plan.skipped].some((image) => image.class === 'built-in-cluster');
  const drafts: readonly Draft[] = [
    {
      id: 'images.exclude',
      step: 'images',
      kind: 'list',
      answer: images.exclude,
      why: 'Images that no workload needs can be left out.',
    },
    ...(built ? [askBuilt(images.builtImages)] : []),
    {
      id: 'images.ifExists',
      step: 'images',
      kind: 'choice',
      answer: images.ifExists,
      choices: plainChoices(['fail', 'skip', 'replace']),
      why: 'A tag at the destination may refer to another image.',
    },
    {
      id: 'images.referrers',
      step: 'images',
      kind: 'choice',
      answer: images.referrers,
      choices: plainChoices(['true', 'best-effort', 'false']),
      why: 'Images may have signatures and attestations.',
    },
    ...(images.platforms === undefined ? [] : [askPlatforms(images.platforms)]),
    ...(images.createProjects === undefined ? [] : [askProjects(images.createProjects)]),
    ...plan.problems.slice(0, 1).map((): Draft => askProblems(images.allowProblems)),
  ];
  return [copy, ...drafts.map((draft) => ({ ...draft, dependsOn: ['images.copy'] }))];
}

function countOf({ images, unpinned = [], problems, skipped }: SyncPlan): number {
  return images.length + unpinned.length + problems.length + skipped.length;
}

function askBuilt(answer: string): Draft {
  return {
    id: 'images.builtImages',
    step: 'images',
    kind: 'choice',
    answer,
    choices: plainChoices(['copy', 'rebuild']),
    why: 'A BuildConfig can build these images again at the destination.',
  };
}

function askPlatforms(answer: readonly string[]): Draft {
  const why = 'An index may have images for platforms that the destination does not have.';
  return { id: 'images.platforms', step: 'images', kind: 'list', answer, why };
}

function askProjects(answer: boolean): Draft {
  const why = 'Images may be pushed into namespaces that the destination does not have.';
  return { id: 'images.createProjects', step: 'images', kind: 'switch', answer, why };
}

function askProblems(answer: readonly string[]): Draft {
  const why = 'Images with a problem cannot be copied. Each must be accepted, or fixed at the source.';
  return { id: 'images.allowProblems', step: 'images', kind: 'list', answer, why };
}

function askClaims(inventory: Inventory, { claims }: CompleteAnswers): readonly Draft[] {
  if (claims.settings.length === 0) return [];
  const drafts = claims.settings.flatMap((claim) => askClaim(inventory, claim));
  if (!claims.settings.some(({ move }) => move)) return drafts;
  const endpoint: Draft = {
    id: 'claims.endpointType',
    step: 'claims',
    kind: 'choice',
    answer: claims.endpointType,
    choices: plainChoices(['', 'route', 'nginx-ingress', 'load-balancer', 'node-port']),
    why: 'The source sends the data to an address of the destination. Empty: the first that fits.',
  };
  return [...drafts, endpoint];
}

function askClaim({ destination }: Inventory, { name, ...claim }: ClaimChoice): readonly Draft[] {
  const id = `claims.settings.${name}`;
  const move: Draft = {
    id: `${id}.move`,
    step: 'claims',
    kind: 'switch',
    answer: claim.move,
    why: `Claim ${name} has data.`,
  };
  if (!claim.move) return [move];
  const classes = destination.surface.storageClasses.map((each) => ({
    value: each.name,
    label: [each.provisioner ?? '', each.isDefault ? 'default' : ''].filter((note) => note !== '').join(', '),
  }));
  const details: readonly Draft[] = [
    {
      id: `${id}.newName`,
      step: 'claims',
      kind: 'text',
      answer: claim.newName,
      why: 'A claim of that name may exist at the destination.',
    },
    {
      id: `${id}.storageClass`,
      step: 'claims',
      kind: 'choice',
      answer: claim.storageClass,
      choices: classes,
      why: 'Both clusters have their own StorageClasses.',
    },
    {
      id: `${id}.size`,
      step: 'claims',
      kind: 'quantity',
      answer: claim.size,
      why: 'The claim can be larger at the destination.',
    },
    {
      id: `${id}.accessModes`,
      step: 'claims',
      kind: 'list',
      answer: claim.accessModes,
      choices: plainChoices(['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod']),
      why: 'A StorageClass may lack an access mode.',
    },
  ];
  return [move, ...details.map((draft) => ({ ...draft, dependsOn: [`${id}.move`] }))];
}

function askCredentials({ credentials }: CompleteAnswers): readonly Draft[] {
  return (['source', 'destination'] as const).flatMap((side) => {
    const { kind, secret = '' } = credentials[side];
    const id = `credentials.${side}`;
    const why = `The run logs in to the ${side} cluster.`;
    const choices = plainChoices(['account', 'secret', 'token']);
    const ask: Draft = { id: `${id}.kind`, step: 'credentials', kind: 'choice', answer: kind, choices, why };
    if (kind !== 'secret') return [ask];
    const name: Draft = {
      id: `${id}.secret`,
      step: 'credentials',
      kind: 'text',
      answer: secret,
      dependsOn: [`${id}.kind`],
      why: 'A Secret of the namespace of the runs has url, token and, for a private CA, ca.crt.',
    };
    return [ask, name];
  });
}

function askRun({ run }: CompleteAnswers): readonly Draft[] {
  return [
    {
      id: 'run.timeoutMinutes',
      step: 'run',
      kind: 'number',
      answer: run.timeoutMinutes,
      why: 'Tekton ends a run that takes longer.',
    },
    {
      id: 'run.volumeSize',
      step: 'run',
      kind: 'quantity',
      answer: run.volumeSize,
      why: 'The tasks share a volume for manifests, plans and reports.',
    },
  ];
}

function plainChoices(values: readonly string[]): readonly Choice[] {
  return values.map((value) => ({ value, label: '' }));
}
