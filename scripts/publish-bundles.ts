import { version } from '../src/runtime/version.ts';
import { pushBundle, writeBundles } from './forms/bundles.ts';
import { checkedOut } from './images/publish-all.ts';

const usage = `BUNDLES=registry.example.com/path make bundles

  BUNDLES       registry and path below which each bundle gets the name of its Task or Pipeline; empty: only written to disk
  IMAGE         task image for clusters that cannot pull the published one
  HELM_IMAGE    the same for the image of the Tasks that run helm
  TRANSFER_IMAGE
                the same for the image of the helper pods that copy volumes
  REVISION      commit of the manifests; the one that is checked out unless given
  CERTIFICATES  folder with the authority (*.crt) of that registry; credentials come from the login of skopeo or docker`;

/** Writes the bundles and pushes them under their version, digests kept. Prints each as it can be pinned. */
async function publish(environment: NodeJS.ProcessEnv): Promise<void> {
  const given = (name: string): string => environment[name] ?? '';
  const revision = given('REVISION') === '' ? await checkedOut() : given('REVISION');
  const images = { image: given('IMAGE'), helmImage: given('HELM_IMAGE'), transferImage: given('TRANSFER_IMAGE') };
  const bundles = await writeBundles({ folder: '.cache/bundles', revision, ...images });
  for (const bundle of bundles) {
    if (given('BUNDLES') !== '') await pushBundle(bundle, given('BUNDLES'), given('CERTIFICATES'));
    const repository = given('BUNDLES') === '' ? '' : `${given('BUNDLES')}/`;
    console.log(`${repository}${bundle.name}:${version}@${bundle.digest}`);
  }
}

if (process.argv.includes('--help')) console.log(usage);
else await publish(process.env);
