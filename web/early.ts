/**
 * A page is there before its script is. What someone presses or sends in that moment is kept and done once the page is alive, instead of being lost (a button) or
 * going out as a plain form (a password would end up in the address). Links need no help.
 */
export const holdEarly = `(()=>{if(window.planetAlive)return;const kept=[];const hold=e=>{const t=e.target;if(e.type==='submit'){e.preventDefault();kept.push(()=>t.isConnected&&t.requestSubmit())}else{const b=t.closest&&t.closest('button');if(!b||b.type==='submit'&&b.form)return;kept.push(()=>b.isConnected&&b.click())}e.stopImmediatePropagation()};for(const k of['click','submit'])addEventListener(k,hold,true);window.planetAlive=()=>{for(const k of['click','submit'])removeEventListener(k,hold,true);window.planetAlive=()=>{};for(const f of kept.splice(0).slice(-3))f()}})()`

/** Says that the page is alive; call it in an effect of the outermost component. */
export const aliveNow = (): void => (globalThis as { planetAlive?: () => void }).planetAlive?.()
