import { Component, type ReactNode } from 'react';

import { ProblemCard } from './problem-card.tsx';

interface State {
  readonly error: unknown;
}

/** A view that fails to draw says so, and leaves the rest of the page alone. */
export class PageBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return <ProblemCard error={this.state.error} retry={() => this.setState({ error: undefined })} />;
  }
}
