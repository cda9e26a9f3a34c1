/** Texts of all views and of the login. */
export const common = {
  title: 'Move applications',
  signOut: 'Sign out',
  loading: 'Loading',
  tryAgain: 'Try again',
  close: 'Close',
  requestId: 'Request {{id}}',
  login: {
    title: 'Sign in',
    used: 'Open the link that the command printed. It is valid once.',
    token: 'Token',
    tokenHelp: 'OpenShift: oc whoami -t. Kubernetes: kubectl create token NAME.',
    submit: 'Sign in',
    provider: 'Sign in with your identity provider',
  },
  phase: {
    pending: 'Pending',
    running: 'Running',
    succeeded: 'Succeeded',
    failed: 'Failed',
    cancelled: 'Cancelled',
    skipped: 'Skipped',
  },
} as const;
