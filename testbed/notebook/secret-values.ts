import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** Values that must not leave the namespace of a scene, new ones for each scene. */
export interface SecretValues {
  /** With which the notebook server is asked. From a Secret. */
  readonly serverToken: string;
  /** In the Secret that a variable refers to. */
  readonly password: string;
  /** In the Secret of which all keys are variables. It contains characters that base64 and URLs encode. */
  readonly apiKey: string;
  /** In the Secret that is mounted as a folder. */
  readonly mountedKey: string;
  /** Literal value of the variables of JupyterHub. */
  readonly hubToken: string;
  /** Within the URL of a literal variable. */
  readonly urlPassword: string;
  /** In HOME. */
  readonly homeKey: string;
  /** Literal variable of the add-on. */
  readonly addOnToken: string;
}

/** Random values. Keys are real ones in PEM, the others are text. */
export function makeSecretValues(): SecretValues {
  return {
    serverToken: randomText(),
    password: `pass-${randomText()}`,
    apiKey: `k+/ey=${randomText()}&?`,
    mountedKey: makePrivateKey(),
    hubToken: randomText(),
    urlPassword: `url-${randomText()}`,
    homeKey: makePrivateKey(),
    addOnToken: `addon-${randomText()}`,
  };
}

/** A private key of its own, in PEM as `ssh-keygen -m PEM` writes it. */
export function makePrivateKey(): string {
  const pem = { type: 'pkcs1', format: 'pem' } as const;
  return generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: pem, publicKeyEncoding: pem })
    .privateKey;
}

function randomText(): string {
  return randomBytes(16).toString('hex');
}
