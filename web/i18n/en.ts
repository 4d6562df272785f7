// One language per file in the browser: the query makes each language its own copy of a module, of which only the named export is kept.
// Words of pages that the server writes by itself stay there; those of further pages and of the desks are in en-more.ts, en-fans.ts and en-desk.ts.
export const files = import.meta.glob(
  [
    '../../shared/words/*.ts',
    '!../../shared/words/{index,locale,sandbox}.ts',
    '!../../shared/words/{about,account,apps,claiming,discover,immigration,listening,lyrics,offline,playlists,refunds,royalties,rules,search,sound}.ts',
    '!../../shared/words/{enrolment,feed,groups,missions,moderation,notices,notices-*,points,raffles,refusals,rewards,shipping}.ts',
    '!../../shared/words/{bookings,bookings-*,checkout,coupons,denials,goods,invoices,seating,services,shows,storefront,tickets}.ts',
    '!../../shared/words/{console,budget,people,hosting,moderating,disputes,intake,objections,studio,upload,settlement,payouts,reconciliation,selling,selling-*,letting,offering,shopkeeping,wares,dispatch}.ts',
  ],
  {
    eager: true,
    import: 'en',
    query: '?en',
  },
)
