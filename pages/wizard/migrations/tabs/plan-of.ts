/** What the pages show of plan.json. A user may have changed it, so any member may be absent. */
export interface ShownPlan {
  readonly images: readonly ShownImage[];
  readonly claims: readonly ShownClaim[];
  readonly objects: number;
  readonly leftOut: number;
}

export interface ShownImage {
  readonly name: string;
  readonly isCopied: boolean;
  readonly reason: string;
  readonly digest: string;
}

export interface ShownClaim {
  readonly name: string;
  readonly newName: string;
  readonly storageClass: string;
  readonly size: string;
}

/** Reads plan.json; what is not there is empty. */
export function planOf(text: string): ShownPlan {
  const plan = parse(text);
  const copied = list(at(plan, 'images'), 'images').flatMap((image) => {
    const { path } = record(at(image, 'source'));
    const tags = list(image, 'tags').map(String);
    const names = tags.length === 0 ? [textOf(path)] : tags.map((tag) => `${textOf(path)}:${tag}`);
    return names.map((name) => ({
      name,
      isCopied: true,
      reason: textAt(image, 'reason'),
      digest: textAt(image, 'digest'),
    }));
  });
  const skipped = list(at(plan, 'images'), 'skipped').map((image) => {
    return {
      name: textAt(image, 'image'),
      isCopied: false,
      reason: textAt(image, 'reason'),
      digest: textAt(image, 'digest'),
    };
  });
  return {
    images: [...copied, ...skipped],
    claims: list(plan, 'claims').map((claim) => ({
      name: textAt(claim, 'name'),
      newName: textAt(claim, 'newName'),
      storageClass: textAt(claim, 'storageClass'),
      size: textAt(claim, 'size'),
    })),
    objects: Number(at(at(plan, 'estimate'), 'objects') ?? 0),
    leftOut: Number(at(at(plan, 'estimate'), 'leftOut') ?? 0),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function at(value: unknown, key: string): unknown {
  return record(value)[key];
}

function list(value: unknown, key: string): readonly unknown[] {
  const found = at(value, key);
  return Array.isArray(found) ? found : [];
}

function textAt(value: unknown, key: string): string {
  return textOf(at(value, key));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
