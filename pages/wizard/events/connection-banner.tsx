import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Alert } from '../shared/alert.tsx';
import { formatTime } from '../shared/format.ts';
import { useConnection, useTopic } from './use-events.ts';

/** Milliseconds that a connection may be away without a word. */
const patience = 2000;

/** Says that the server does not answer, and asks for everything again when it does. */
export function ConnectionBanner() {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const connection = useConnection();
  const [since, setSince] = useState('');
  const wasBroken = useRef(false);
  // A stream shows on every page whether the server is there.
  useTopic('migrations', () => undefined);
  useEffect(() => {
    if (connection === 'broken') {
      wasBroken.current = true;
      // The session may have ended: then the login is shown.
      void queries.invalidateQueries({ queryKey: ['session'] });
      const at = new Date().toISOString();
      const timer = setTimeout(() => setSince((known) => (known === '' ? at : known)), patience);
      return () => clearTimeout(timer);
    }
    if (connection !== 'open') return undefined;
    setSince('');
    if (wasBroken.current) void queries.invalidateQueries();
    wasBroken.current = false;
    return undefined;
  }, [connection, queries]);
  return (
    <div role="status">
      {since !== '' && (
        <Alert component="p" variant="warning" isInline title={t('offline.title')}>
          {t('offline.help', { time: formatTime(since, i18n.language) })}
        </Alert>
      )}
    </div>
  );
}
