/** The look and the script of the player on other sites: in the page itself, so that it is one small answer. */
import { createHash } from 'node:crypto'

/** Wide and low as a card (from 152 pixels), with its list where there is room. Colours as in web/ui/tokens.css. */
export const css = `:root{color-scheme:light dark;--bg:light-dark(oklch(100% 0 0),oklch(20.5% .026 285));--soft:light-dark(oklch(96.2% .01 285),oklch(25% .03 285));--line:light-dark(oklch(90% .012 285),oklch(31% .03 285));
--ink:light-dark(oklch(24% .03 285),oklch(95% .01 285));--muted:light-dark(oklch(48% .03 285),oklch(73% .025 285));--accent:light-dark(oklch(77% .16 64),oklch(79% .15 70));--on:light-dark(oklch(24% .06 55),oklch(22% .05 60));
--mark:light-dark(oklch(51% .135 50),oklch(82% .13 72));--focus:light-dark(oklch(50% .19 262),oklch(80% .12 245))}
[data-theme=light]{color-scheme:light}[data-theme=dark]{color-scheme:dark}*{box-sizing:border-box;margin:0}
body,main{height:100vh;height:100dvh;overflow:hidden}main{display:flex;flex-direction:column}body{background:var(--bg);color:var(--ink);font:14px/1.4 'Inter Variable',system-ui,'PingFang SC','Hiragino Sans GB','Microsoft YaHei UI','Noto Sans SC',sans-serif}
a{color:inherit;text-decoration:none}a:hover{text-decoration:underline}button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer}:focus-visible{outline:3px solid var(--focus);outline-offset:-2px;border-radius:6px}
header{flex:none;display:flex;gap:12px;padding:12px;height:152px}header>a img{display:block;width:128px;height:128px;border-radius:10px;object-fit:cover;background:var(--soft)}
.on{flex:1;min-width:0;display:flex;flex-direction:column}.on>*{min-width:0}h1{font-size:16px;line-height:1.3;font-weight:650}.line{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}.muted{color:var(--muted);font-size:13px}
.home{display:flex;justify-content:space-between;gap:8px}.home h1{flex:1;min-width:0}.home>a{flex:none}.home>a img{display:block;width:22px;height:22px}#said{color:var(--mark);min-height:18px}
.keys{display:flex;align-items:center;gap:6px;margin-top:auto}.keys button{flex:none;width:32px;height:32px;border-radius:50%;display:grid;place-items:center}.keys button:hover{background:var(--soft)}.keys button:disabled{opacity:.35;cursor:default}.keys .play{width:40px;height:40px;background:var(--accent);color:var(--on)}.keys .play:hover{background:var(--accent)}
svg{display:block;fill:currentColor}.playing .to-play,body:not(.playing) .to-pause{display:none}input{flex:1;min-width:0;height:24px;accent-color:var(--mark)}time{flex:none;font-size:12px;color:var(--muted);font-variant-numeric:tabular-nums}
ol{flex:1;min-height:0;overflow-y:auto;list-style:none;padding:0 6px 6px;border-top:1px solid var(--line)}li button{display:flex;gap:10px;width:100%;min-height:36px;align-items:center;text-align:start;padding:6px 8px;border-radius:8px}li button:hover:enabled{background:var(--soft)}li button:disabled{cursor:default;color:var(--muted)}
li .n{flex:none;width:24px;text-align:end;color:var(--muted);font-variant-numeric:tabular-nums}li .t{flex:1;min-width:0}li .now,li [aria-current] .t,li [aria-current] .n{color:var(--mark);font-weight:600}li em{font-style:normal;font-size:12px;color:var(--muted);flex:none}
@media (max-height:199px){ol{display:none}}@media (max-width:379px){header>a img{width:88px;height:88px}.keys button:not(.play){width:28px}}@media (max-height:151px){header{height:100vh;padding:8px}}
.gone{display:grid;place-content:center;gap:8px;padding:16px;text-align:center}`

/**
 * Sound is asked for without cookies: it plays what a stranger may hear. In a frame that may not even ask its own planet (sandboxed) the sound's address is
 * given to the browser as it is.
 */
export const script = `'use strict'
const $=s=>document.querySelector(s),all=[...document.querySelectorAll('button[data-track]')],list=all.filter(b=>!b.disabled)
const audio=new Audio(),seek=$('input'),said=$('#said'),clock=$('time'),play=$('.play'),words=document.body.dataset
const text=s=>{s=Math.max(0,Math.floor(s||0));return Math.floor(s/60)+':'+String(s%60).padStart(2,'0')}
const codec=audio.canPlayType('audio/mp4; codecs="mp4a.40.2"')?'aac':'opus'
let at=-1,turn=0
const show=()=>{const on=!audio.paused&&!audio.ended;document.body.classList.toggle('playing',on);play.setAttribute('aria-label',on?words.pause:words.play);$('.previous').disabled=at<1;$('.next').disabled=at<0||at>=list.length-1}
const tick=()=>{const of=audio.duration;if(of>0&&of<1e6){seek.max=of;seek.value=audio.currentTime;seek.setAttribute('aria-valuetext',text(audio.currentTime));clock.textContent=text(of-audio.currentTime)}}
async function start(n){const button=list[n];if(!button)return
at=n;const mine=++turn,id=button.dataset.track,path='/api/v1/tracks/'+id+'/stream?codec='+codec
for(const b of all){if(b===button)b.setAttribute('aria-current','true');else b.removeAttribute('aria-current')}
said.textContent=button.dataset.name;seek.value=0;clock.textContent=text(button.dataset.ms/1000);audio.pause();show()
let url=path
try{const answer=await window.fetch(path,{credentials:'omit',headers:{accept:'application/json'}});if(mine!==turn)return
if(!answer.ok)throw answer;url=(await answer.json()).url}catch(e){if(e instanceof Response)return fail()}
if(mine!==turn)return
audio.src=url;seek.disabled=false
audio.play().catch(e=>{if(mine===turn&&e.name!=='AbortError')fail()})
if('mediaSession' in navigator)navigator.mediaSession.metadata=new MediaMetadata({title:button.dataset.name,artist:button.dataset.by,album:document.title,artwork:[{src:$('header img').src}]})}
const fail=()=>{said.textContent=words.failed;show()}
play.onclick=()=>{if(at<0)return start(0);if(!audio.paused)return audio.pause();audio.error||!audio.src?start(at):audio.play().catch(fail)}
$('.previous').onclick=()=>start(at-1);$('.next').onclick=()=>start(at+1)
all.forEach(b=>b.onclick=()=>{const n=list.indexOf(b);n===at&&!audio.paused?audio.pause():n===at&&audio.src&&!audio.error?audio.play().catch(fail):start(n)})
seek.oninput=()=>{audio.currentTime=Number(seek.value)}
audio.ontimeupdate=audio.ondurationchange=tick;audio.onplay=audio.onpause=show
audio.onended=()=>at<list.length-1?start(at+1):show()
show();play.disabled=list.length===0
if('mediaSession' in navigator){navigator.mediaSession.setActionHandler('nexttrack',()=>start(at+1));navigator.mediaSession.setActionHandler('previoustrack',()=>start(at-1))}`

const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
/** Any site may frame it; it runs and loads nothing but its own, and sends nothing anywhere. */
export const contentPolicy = [
  "default-src 'none'",
  `script-src ${digest(script)}`,
  `style-src ${digest(css)}`,
  "img-src 'self'",
  "media-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  'frame-ancestors *',
].join('; ')
