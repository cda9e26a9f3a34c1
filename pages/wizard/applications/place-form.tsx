import { Button, Form } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ConnectionAnswer } from '../../../src/wizard/api/clusters.ts';
import type { ConfigAnswer } from '../../../src/wizard/api/session.ts';
import { Connected, ConnectForm, Namespace, ownCluster } from '../move/steps/cluster-step.tsx';
import type { Place } from './place.ts';

interface PlaceFormProps {
  readonly config: ConfigAnswer;
  readonly place: Place | undefined;
  readonly choose: (place: Place) => void;
}

/** Chooses the cluster and the namespace of the application. */
export function PlaceForm({ config, place, choose }: PlaceFormProps) {
  const { t } = useTranslation();
  const [made, setMade] = useState<ConnectionAnswer>();
  const [namespace, setNamespace] = useState(place?.namespace ?? '');
  const connection = made?.id ?? place?.connection;
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        if (connection !== undefined && namespace !== '') choose({ connection, namespace });
      }}
    >
      <ConnectForm side="source" config={config} usual={{ chosen: ownCluster, server: '' }} onConnected={setMade} />
      {made !== undefined && <Connected connection={made} />}
      {connection !== undefined && (
        <>
          <Namespace id="application-namespace" connection={connection} value={namespace} onChange={setNamespace} />
          <div>
            <Button type="submit" isDisabled={namespace === ''}>
              {t('applications.show')}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}
