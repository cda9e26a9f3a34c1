import { Checkbox, Content, Form, FormGroup, FormSelect, FormSelectOption, Title } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { chooseLanguage } from '../texts/start-texts.ts';
import { changeSettings, useSettings, type Settings } from './settings.ts';

/** What a user sets for this browser. */
export function SettingsPage() {
  const { t, i18n } = useTranslation();
  const { theme, times } = useSettings();
  return (
    <>
      <Title headingLevel="h1">{t('settings.title')}</Title>
      <Form onSubmit={(event) => event.preventDefault()}>
        <Content component="p">{t('settings.help')}</Content>
        <FormGroup label={t('settings.language')} fieldId="language">
          <FormSelect id="language" value={i18n.language} onChange={(_, value) => void chooseLanguage(value)}>
            <FormSelectOption value="en" label="English" />
            <FormSelectOption value="de" label="Deutsch" />
          </FormSelect>
        </FormGroup>
        <FormGroup label={t('settings.theme')} fieldId="theme">
          <FormSelect
            id="theme"
            value={theme}
            onChange={(_, value) => changeSettings({ theme: value as Settings['theme'] })}
          >
            <FormSelectOption value="system" label={t('settings.system')} />
            <FormSelectOption value="light" label={t('settings.light')} />
            <FormSelectOption value="dark" label={t('settings.dark')} />
          </FormSelect>
        </FormGroup>
        <FormGroup label={t('settings.times')} fieldId="times">
          <FormSelect
            id="times"
            value={times}
            onChange={(_, value) => changeSettings({ times: value as Settings['times'] })}
          >
            <FormSelectOption value="local" label={t('settings.local')} />
            <FormSelectOption value="utc" label="UTC" />
          </FormSelect>
        </FormGroup>
        <LogSettings />
      </Form>
    </>
  );
}

function LogSettings() {
  const { t } = useTranslation();
  const { wrapsLog, showsLogTimes } = useSettings();
  return (
    <FormGroup role="group" label={t('settings.logs')} fieldId="logs">
      <Checkbox
        id="wraps-log"
        label={t('settings.wrapsLog')}
        isChecked={wrapsLog}
        onChange={(_, isOn) => changeSettings({ wrapsLog: isOn })}
      />
      <Checkbox
        id="shows-log-times"
        label={t('settings.showsLogTimes')}
        isChecked={showsLogTimes}
        onChange={(_, isOn) => changeSettings({ showsLogTimes: isOn })}
      />
    </FormGroup>
  );
}
