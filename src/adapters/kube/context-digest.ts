import { contextFingerprint, type Selection } from '../../domain/kubeconfig/kubeconfig.ts';
import { sha256Of } from '../files/digest.ts';

/** `sha256:<hex>` of what a kubeconfig says about a context. */
export function digestOfContext(selection: Selection, sealingRecipient: string | undefined): string {
  return sha256Of(contextFingerprint(selection, sealingRecipient));
}
