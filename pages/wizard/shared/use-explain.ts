import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { explain, type Explained, type Said } from '../texts/codes/explain.ts';
import { loadCodes } from '../texts/codes/load.ts';

/** Loads the texts of the codes in the language of the page. @param isNeeded `false`: later */
export function useCodes(isNeeded: boolean) {
  const { i18n } = useTranslation();
  const language = i18n.language === 'de' ? 'de' : 'en';
  const { data } = useQuery({
    queryKey: ['texts-of-codes', language],
    queryFn: loadCodes[language],
    enabled: isNeeded,
    staleTime: Infinity,
    gcTime: Infinity,
  });
  return { codes: data, isEnglish: language === 'en' };
}

const nothing = { areas: [], message: '', remedy: '' } as const;

/** What a user reads of something that was said in English. */
export function useExplain({ code, ...more }: Pick<Said, 'code'> & Partial<Said>): Explained {
  const { i18n } = useTranslation();
  const said: Said = { ...nothing, ...more, code };
  const { codes, isEnglish } = useCodes(i18n.language === 'de' || said.message === '');
  return explain(said, codes, isEnglish);
}
