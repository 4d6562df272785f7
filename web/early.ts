/**
 * A page is there before its script is. What someone presses or sends in that moment is kept and done once that part of the page is alive, instead of being lost
 * (a button) or going out as a plain form (a password would end up in the address). Links need no help. What is typed, ticked or chosen in that moment stands in the
 * field, but nobody was told: the page would send what it held before, and put it back. It is said again once the field is alive, before what is pressed after it.
 *
 * Parts come alive one after the other, the outermost first: React marks each element then with its props. Should it once name that mark otherwise, all counts as
 * alive five seconds after the outermost is. It takes a field's value for known that was there when it came; it is made to forget it, so that it hears of it.
 *
 * A page whose script did not come (a wire that failed, a planet renewed this moment) would stay as dead as paper: it is loaded once more, not twice in a minute.
 */
export const holdEarly = `(()=>{if(window.planetAlive)return;let alive=Infinity;const now=()=>performance.now();const ready=e=>now()-alive>5000||Object.keys(e).some(k=>k.startsWith('__reactProps'));const waiting=new Set;const later=(e,act)=>{if(waiting.has(e))return;waiting.add(e);const from=now();const look=()=>{if(!ready(e)&&e.isConnected&&now()-from<20000)return setTimeout(look,25);waiting.delete(e);if(e.isConnected&&ready(e))act()};setTimeout(look,25)};const held=new Map;const say=f=>{if(!held.has(f)||!ready(f))return;const v=held.get(f);held.delete(f);if(!f.isConnected)return;if(typeof v==='boolean'){f.checked=!v;return f.click()}if(f.value!==v)f.value=v;const k=f._valueTracker;if(k)k.setValue(v===''?'0':'');f.dispatchEvent(new Event(f.tagName==='SELECT'?'change':'input',{bubbles:true}))};const sayAll=async()=>{for(const f of[...held.keys()]){say(f);await 0}};const note=e=>{const f=e.target;if(ready(f))return held.delete(f);if(!/^(?:INPUT|TEXTAREA|SELECT)$/.test(f.tagName)||f.type==='file')return;held.set(f,/^(?:checkbox|radio)$/.test(f.type)?f.checked:f.value);later(f,()=>say(f))};addEventListener('input',note,true);const hold=e=>{const t=e.target;if(e.type==='submit'){if(ready(t))return;e.preventDefault();later(t,async()=>{await sayAll();t.requestSubmit()})}else{const b=t.closest&&t.closest('button');if(!b||ready(b)||b.type==='submit'&&b.form)return;const detail=e.detail;later(b,async()=>{await sayAll();b.dispatchEvent(new MouseEvent('click',{bubbles:true,cancelable:true,composed:true,detail}))})}e.stopImmediatePropagation()};for(const k of['click','submit'])addEventListener(k,hold,true);window.planetAlive=()=>{alive=now();window.planetAwake=1};window.planetAgain=()=>{try{const k='planet-again';if(!navigator.onLine||Date.now()-Number(sessionStorage.getItem(k))<60000)return;sessionStorage.setItem(k,String(Date.now()));location.reload()}catch{}};addEventListener('error',e=>{if(e.target&&e.target.tagName==='SCRIPT')window.planetAgain()},true)})()`

/** Says that the outermost part of the page is alive; call it in an effect of the outermost component. */
export const aliveNow = (): void => (globalThis as { planetAlive?: () => void }).planetAlive?.()

/** Loads the page once more when what its script needs did not come; not twice in a minute. */
export const loadAgain = (): void => (globalThis as { planetAgain?: () => void }).planetAgain?.()

/** Runs what nobody waits for once the page has come: it takes nothing from the first picture. */
export const afterLoad = (run: () => void): void => {
  const soon = () => setTimeout(run, 300)
  if (document.readyState === 'complete') soon()
  else addEventListener('load', soon, { once: true })
}
