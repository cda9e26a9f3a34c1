import { TaskError } from '../core/errors.ts';

/** Whether anyone can pull from a repository, and how that is known. */
export type PublicCheck =
  | { readonly isPublic: true; readonly why: 'read-without-login' | 'repository-absent' | 'unknown' }
  | { readonly isPublic: false; readonly why: 'login-needed' };

const sentences = {
  'read-without-login': 'a request without a login could read it',
  unknown: 'the account may not read it, so that nothing shows that it is private',
  'repository-absent':
    'it does not exist yet, and registries create repositories as public unless they are set up otherwise',
} as const;

/** How it is known whether anyone can pull from a repository, as a sentence about the repository. */
export function publicReason(check: PublicCheck): string {
  return check.isPublic ? sentences[check.why] : 'a request without a login is refused';
}

/** What everyone must know before an image is published: it cannot be taken back from those who pulled it. */
export const publicWarning =
  'Anyone in the world will be able to pull and use the image without any authentication. The library area of the ' +
  'application is part of the image, so it must not contain passwords, keys or personal data';

/**
 * Refuses a public destination that was not confirmed.
 * @param image for the message: the repository
 * @param confirmation the option that confirms it, such as `--confirm-public=true`
 * @throws TaskError `public-destination`
 */
export function assertConfirmed(
  check: PublicCheck,
  {
    image,
    isConfirmed,
    confirmation,
  }: { readonly image: string; readonly isConfirmed: boolean; readonly confirmation: string },
): void {
  if (!check.isPublic || isConfirmed) return;
  const why = `the repository counts as public, because ${sentences[check.why]}`;
  throw new TaskError('public-destination', `checking ${image}: ${why}. ${publicWarning}`, {
    remedy: `Set ${confirmation} to publish the image, or give a private repository that exists already.`,
  });
}
