// What only the studio and the console say (shared/words/index.ts).
export const files = import.meta.glob(
  '../../shared/words/{console,budget,people,hosting,moderating,disputes,intake,objections,studio,upload,settlement,payouts,reconciliation,selling,letting,offering,wares,dispatch,shopkeeping}.ts',
  {
    eager: true,
    import: 'en',
    query: '?en',
  },
)
