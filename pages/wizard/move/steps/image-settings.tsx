import { Checkbox, ExpandableSection, FormGroup, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { RegistryHosts } from '../../../../src/domain/planning/lists.ts';
import type { MoveAnswers } from '../../../../src/domain/schemas/documents.ts';

export type ImageAnswers = NonNullable<MoveAnswers['images']>;

interface ImageSettingsProps {
  readonly images: ImageAnswers;
  /** As the clusters gave them. */
  readonly registries: Readonly<Record<'source' | 'destination', RegistryHosts>>;
  readonly set: (more: ImageAnswers) => void;
}

/** What holds for all images. */
export function ImageSettings({ images, registries, set }: ImageSettingsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Choice
        name="ifExists"
        value={images.ifExists ?? 'fail'}
        choices={{ fail: t('images.fail'), skip: t('images.skipIt'), replace: t('images.replace') }}
        onChange={(ifExists) => set({ ifExists })}
      />
      <Choice
        name="builtImages"
        value={images.builtImages ?? 'copy'}
        choices={{ copy: t('images.copyBuilt'), rebuild: t('images.rebuild') }}
        onChange={(builtImages) => set({ builtImages })}
      />
      <Choice
        name="referrers"
        value={images.referrers ?? 'true'}
        choices={{ true: t('images.allReferrers'), 'best-effort': t('images.someReferrers'), false: t('images.noReferrers') }}
        onChange={(referrers) => set({ referrers })}
      />
      <ListField name="platforms" value={images.platforms} onChange={(platforms) => set({ platforms })} />
      <Checkbox
        id="create-projects"
        label={t('images.createProjects')}
        isChecked={images.createProjects ?? false}
        onChange={(_, createProjects) => set({ createProjects })}
      />
      <ListField name="registries" value={images.registries} onChange={(registries) => set({ registries })} />
      <ExpandableSection toggleText={t('images.addresses')}>
        {(['source', 'destination'] as const).flatMap((side) =>
          (['internal', 'public'] as const).map((where) => {
            const key = `${side}Registry` as const;
            const given = images[key] ?? {};
            return (
              <FormGroup key={`${side} ${where}`} label={t(`images.${side}.${where}`)} fieldId={`${side}-${where}`}>
                <TextInput
                  id={`${side}-${where}`}
                  value={given[where] ?? registries[side][where]}
                  onChange={(_, text) => set({ [key]: { ...given, [where]: text } })}
                />
              </FormGroup>
            );
          }),
        )}
      </ExpandableSection>
    </>
  );
}

interface ListFieldProps {
  readonly name: 'platforms' | 'registries';
  readonly value: readonly string[] | undefined;
  readonly onChange: (value: readonly string[]) => void;
}

/** Entries that are separated by commas. */
function ListField({ name, value = [], onChange }: ListFieldProps) {
  const { t } = useTranslation();
  const id = `image-${name}`;
  return (
    <FormGroup label={t(`images.${name}`)} fieldId={id}>
      <TextInput
        id={id}
        value={value.join(',')}
        onChange={(_, text) => onChange(text === '' ? [] : text.split(',').map((each) => each.trim()))}
      />
    </FormGroup>
  );
}

interface ChoiceProps<T extends string> {
  readonly name: 'ifExists' | 'builtImages' | 'referrers';
  readonly value: T;
  readonly choices: Readonly<Record<T, string>>;
  readonly onChange: (value: T) => void;
}

function Choice<T extends string>({ name, value, choices, onChange }: ChoiceProps<T>) {
  const { t } = useTranslation();
  return (
    <FormGroup label={t(`images.${name}`)} fieldId={`images-${name}`}>
      <FormSelect id={`images-${name}`} value={value} onChange={(_, chosen) => onChange(chosen as T)}>
        {Object.entries<string>(choices).map(([each, label]) => (
          <FormSelectOption key={each} value={each} label={label} />
        ))}
      </FormSelect>
    </FormGroup>
  );
}
