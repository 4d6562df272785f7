// What only groups and what belongs to them say (shared/words/index.ts).
export const files = import.meta.glob(
  '../../shared/words/{account,enrolment,feed,groups,missions,moderation,notices,points,raffles,refunds,refusals,rewards,shipping}.ts',
  {
    eager: true,
    import: 'en',
    query: '?en',
  },
)
