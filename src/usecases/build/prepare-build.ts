import type { BuildEnvironment } from '../../domain/build/build-environment.ts';
import { parseBuildImages, type BuildImageNames, type BuildImages } from '../../domain/build/build-images.ts';
import { checkBuilder, chooseRunImage, readBuilder, type Builder } from '../../domain/build/builder.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { completeShortName, formatImageName, parseImageReference } from '../../domain/oci/image-location.ts';
import type { ImageLocation } from '../../domain/oci/image-location.ts';
import { nameFailures, type Outcome } from '../../domain/reports/outcome.ts';
import type { SourceImage } from '../images/archive/read-source-image.ts';
import {
  checkReadable,
  checkWritable,
  type CheckedItem,
  type CheckPorts,
  type OpenedRepository,
} from './check-images.ts';

export type BuildResult = 'IMAGE_URL' | 'IMAGE_DIGEST' | 'builder' | 'sbom-folder';

export interface PrepareInput {
  readonly names: BuildImageNames;
  readonly platformApi: string;
  readonly environment: BuildEnvironment;
  /** Whether the ServiceAccount of the run may have Secrets, which buildpacks can read. */
  readonly allowAccountSecrets: boolean;
}

/** What an account must be able to do with a repository. */
export type Access = 'pull' | 'pull,push';

/** How the lifecycle logs in to registries: with one login for each of them. */
export interface LifecycleLogins {
  open(location: ImageLocation, access: Access): OpenedRepository;
  /** Writes the files with logins and authorities for the steps that talk to registries. */
  write(): Promise<void>;
}

export interface PreparePorts extends CheckPorts {
  /** Opens a repository to read from it, with the login for it. */
  readonly open: (location: ImageLocation) => OpenedRepository;
  /** Logins of the lifecycle for these images; where two of one registry have different ones, the first one counts. */
  readonly lifecycleLogins: (images: readonly ImageLocation[]) => LifecycleLogins;
  /** Names of Secrets of the ServiceAccount that Tekton mounts into each step. */
  readonly secretsOfAccount: () => Promise<readonly string[]>;
  /** Replaces the files of the platform folder by one for each variable. */
  readonly writeEnvironment: (variables: BuildEnvironment) => Promise<void>;
  /** Keeps the name of the builder, with its digest, for the last step. */
  readonly keepBuilder: (name: string) => Promise<void>;
}

/**
 * Checks all that a build needs of registries before it starts, and writes the files that its phases read.
 * @throws TaskError `invalid-param`
 */
export async function prepareBuild(
  { names, platformApi, environment, allowAccountSecrets }: PrepareInput,
  ports: PreparePorts,
): Promise<Outcome<BuildResult, 'registry' | 'build'>> {
  const images = parseBuildImages(names);
  await checkAccount(allowAccountSecrets, ports);
  const builderCheck = { use: 'builder', location: images.builder, repository: ports.open(images.builder) };
  const checked = await checkReadable(builderCheck, ports);
  const builder = checked.image && builderOf(checked.image, platformApi);
  const found = builder && chooseRunImage(names.runImage, builder, images.image.host);
  const { items, logins } = await checkLifecycleImages(images, found ?? names.runImage, ports);
  const all = [checked.item, ...items];
  const failed = all.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > 0) return outcomeOf(all, '', failed.map(({ message = '' }) => message).join('; '));
  await ports.writeEnvironment(environment);
  await logins.write();
  const builderName = formatImageName({ ...images.builder, digest: checked.image?.source.digest });
  await ports.keepBuilder(builderName);
  const what = `${String(all.length)} images checked, ${String(environment.size)} variables written`;
  return outcomeOf(all, builderName, `${what}; ready to build ${names.image} with platform API ${platformApi}`);
}

function builderOf({ configBytes, source }: SourceImage, platformApi: string): Builder {
  const builder = readBuilder(JSON.parse(new TextDecoder().decode(configBytes)));
  checkBuilder(builder, platformApi, formatImageName(source));
  return builder;
}

/** @param runImage empty: the one in run.toml of the builder, which only the lifecycle can read */
async function checkLifecycleImages(
  { image, cacheImage, previousImage }: BuildImages,
  runImage: string,
  ports: PreparePorts,
) {
  const reference = parseImageReference(runImage);
  const run = reference && completeShortName(reference);
  const isKnown = (location: ImageLocation | undefined): location is ImageLocation => location !== undefined;
  const logins = ports.lifecycleLogins([image, cacheImage, run, previousImage].filter(isKnown));
  const writable = [
    { use: 'image', location: image },
    ...(cacheImage ? [{ use: 'cache image', location: cacheImage }] : []),
  ];
  const items: CheckedItem[] = [];
  if (run === undefined)
    ports.log.warn(
      'the builder has no label with a run image, so it is not checked: if the build asks for -run-image, set run-image',
    );
  else {
    const check = { use: 'run image', location: run, repository: logins.open(run, 'pull') };
    items.push((await checkReadable(check, ports)).item);
  }
  for (const each of writable)
    items.push(await checkWritable({ ...each, repository: logins.open(each.location, 'pull,push') }));
  return { items, logins };
}

/** Tekton mounts them into each step, so the code of buildpacks could read them. */
async function checkAccount(allowSecrets: boolean, { secretsOfAccount, log }: PreparePorts): Promise<void> {
  const secrets = await secretsOfAccount();
  if (secrets.length === 0) return;
  const what = `Tekton gives its Secrets ${secrets.join(', ')} to each step, and buildpacks can read them`;
  if (allowSecrets) {
    log.warn(`ServiceAccount of the run: ${what}`);
    return;
  }
  throw new TaskError('invalid-param', `checking the ServiceAccount of the run: ${what}`, {
    remedy:
      'Run with a ServiceAccount without such Secrets and bind the logins in the workspace registry-auth, or set ' +
      'disable-creds-init in the ConfigMap feature-flags of Tekton. If you trust the buildpacks with these Secrets, set ' +
      'allow-account-secrets to "true".',
  });
}

function outcomeOf(
  items: readonly CheckedItem[],
  builder: string,
  summary: string,
): Outcome<BuildResult, 'registry' | 'build'> {
  const failures = nameFailures(items);
  return {
    items,
    results: { IMAGE_URL: '', IMAGE_DIGEST: '', builder, 'sbom-folder': '' },
    summary: failures === '0 failed' ? summary : `${failures}: ${summary}`,
    remedy: `${remedyOf(items)} Nothing was built.`,
  };
}

function remedyOf(items: readonly CheckedItem[]): string {
  return items.some(({ reason }) => reason === 'tls-untrusted')
    ? 'Give the authorities of these registries in the workspace ca-bundle; app push takes them from ca-config-map.'
    : 'Correct the names of these images, or the logins in the workspace registry-auth.';
}
