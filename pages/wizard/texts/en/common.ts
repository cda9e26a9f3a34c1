/** Texts of all views and of the login. */
export const common = {
  title: 'Move applications',
  signOut: 'Sign out',
  loading: 'Loading',
  tryAgain: 'Try again',
  requestId: 'Request {{id}}',
  offline: {
    title: 'The server does not answer',
    help: 'What you see is as of {{time}}. What you typed is kept. The page connects again by itself.',
  },
  login: {
    title: 'Sign in',
    used: 'Open the link that the command printed. It is valid once.',
    token: 'Token',
    tokenHelp: 'OpenShift: oc whoami -t. Kubernetes: kubectl create token NAME.',
    submit: 'Sign in',
    show: 'Show the token',
    hide: 'Hide the token',
    provider: 'Sign in with your identity provider',
  },
  phase: {
    pending: 'Pending',
    running: 'Running',
    succeeded: 'Succeeded',
    incomplete: 'Incomplete',
    'changes-kept': 'Done, changes kept',
    failed: 'Failed',
    cancelled: 'Cancelled',
    skipped: 'Skipped',
  },
} as const;
