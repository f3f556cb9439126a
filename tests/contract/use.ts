// What a client writes with the generated types. It is compiled and never run.
import type {
  ApproveHourEntriesMutation,
  CreateHourEntryMutation,
  CreateHourEntryMutationVariables,
  UserErrorCode,
} from './operations';

/** Minutes are numbers, days are texts, and what was refused has a code of a closed set. */
export function minutesOf(payload: CreateHourEntryMutation['createHourEntry']): number | UserErrorCode | undefined {
  const minutes: number | undefined = payload.hourEntry?.minutes;
  return minutes ?? payload.userErrors[0]?.code;
}

/** An input needs what the schema needs, and no more. */
export const logged: CreateHourEntryMutationVariables = {
  input: { volunteerId: 'v', projectId: 'p', workedOn: '2026-03-14', minutes: 150, idempotencyKey: 'k', submit: true },
};

// @ts-expect-error: minutes are no text.
export const text: CreateHourEntryMutationVariables = { input: { volunteerId: 'v', projectId: 'p', minutes: '150' } };

// @ts-expect-error: a project is needed.
export const bare: CreateHourEntryMutationVariables = { input: { volunteerId: 'v' } };

/** The object is absent where the entry was refused. */
export const decided = (payload: ApproveHourEntriesMutation['approveHourEntries']): string[] =>
  payload.results.flatMap(({ hourEntry }) => (hourEntry ? [hourEntry.id] : []));
