/**
 * The English songs, by track key: stanzas of `line | translation`, `*` above a chorus; `·` shows syllables where spelling misleads.
 * Written for this project.
 */
export const lyricsEnglish: Record<string, string> = {
  'low-water': `
The tide went out and left a room | 潮水退去,留下一个房间
With all its furniture of stone | 家具全是石头
I wear the silence like a coat | 我把寂静当外套穿上
I never felt so well at home | 从没觉得这样像家

*
Low water, show me what you hide | 低潮啊,让我看你藏着什么
The bells, the bones, the garden wall | 钟、骨头、花园的墙
The names we gave into the wave | 那些我们交给浪的名字
It kept them all, it kept them all | 它都留着,都留着

The moon is pulling at the door | 月亮正在拉那扇门
I have an hour, I ask no more | 我有一个钟头,不再多求`,
  'streetlamp-atlas': `
I drew a map of every lamp | 我画下每一盏路灯的地图
From the canal to your front door | 从运河一直画到你家门前
And where the bulbs had given up | 灯泡放弃了的地方
I left a white square on the floor | 我在地板上留一格空白

*
So if the city loses light | 所以如果城市丢了光
We still can read it in the dark | 我们在黑暗里照样能读它
Turn left at where we said goodnight | 在说晚安的地方左转
Go straight on through the silent park | 径直穿过安静的公园

They changed the names of half the streets | 他们改了一半街道的名字
They paved the yard, they sold the pier | 铺平院子,卖掉码头
But every time the evening comes | 可是每当傍晚来临
I know exactly we are here | 我清楚知道,我们就在这里

*
Turn left at where we said goodnight | 在说晚安的地方左转
I know exactly we are here | 我清楚知道,我们就在这里`,
  'north-of-anything': `
We drove until the road gave out | 我们一直开到路也没了
And then we walked on what was left | 然后走在剩下的上面
The radio was only snow | 收音机里只有雪
You sang along to every breath | 你跟着每一次呼吸唱

*
North of anything we know | 在我们所知一切的北方
The compass needle starts to dance | 指南针开始跳舞
No one to tell us where to go | 没有人告诉我们去哪里
So every step becomes a chance | 于是每一步都是可能

We built a fire of old advice | 我们用旧的忠告生了一堆火
It burned all night, it burned so well | 烧了一夜,烧得真好
And in the morning there was ice | 早晨的时候有冰
And not a single tale to sell | 没有一个故事可卖`,
  legend: `
The blue is where the water was | 蓝色是曾经有水的地方
The dots are all the beds we tried | 圆点是我们试过的每一张床
The broken line is what we said | 虚线是我们说过的话
The heavy one is what we hide | 粗线是我们藏起来的

*
And you are here, and you are here | 你在这里,你在这里
A small red cross that moves with me | 一个跟着我移动的小红叉
The paper tears along the fold | 纸沿着折痕裂开
And lets the dark come in like sea | 让黑暗像海一样进来

One inch is twenty years of road | 一寸是二十年的路
The scale was never drawn for us | 比例尺从不是为我们画的`,
  'kite-weather': `
The wind is picking up the town | 风正把整座小镇拎起来
It shakes the washing like a flag | 把晾的衣服抖成旗
We ran with nothing but a string | 我们只带一根线就跑
A stick, a prayer, a paper bag | 一根棍、一句祷告、一个纸袋

*
Hold on, hold on, it wants the sky | 抓紧抓紧,它想要天空
Let out the line and let it climb | 放线吧,让它爬高
I never learned to say goodbye | 我从没学会说再见
I only gave it all the line | 我只是把线全都放完

Your mother called us in for tea | 你妈妈喊我们进去喝茶
We could not hear her for the blue | 蓝得太响,我们没听见
I have been holding on since then | 从那以后我一直抓着
To half a thing that looks like you | 一件像你的东西的一半

*
Hold on, hold on, it wants the sky | 抓紧抓紧,它想要天空
I only gave it all the line | 我只是把线全都放完`,
  'low-orbit': `
I circle over where you sleep | 我在你睡着的地方上空盘旋
Every ninety minutes round | 每九十分钟一圈
A little light that cannot keep | 一点留不住的光
A little nearer to the ground | 离地面近了一点点

*
Low orbit, low orbit | 低轨,低轨
Turn me till I come down slow | 转着我,直到慢慢落下
Low orbit, low orbit | 低轨,低轨
I can feel the ocean glow | 我感觉到海在发光

You look up when the kettle sings | 水壶唱歌时你抬头
You never see the thing you hear | 你听见的东西你从看不见
I write your window in my rings | 我把你的窗写进我的环
And pass, and pass, and pass so near | 经过,经过,那么近地经过`,
  'closing-time': `
Who locks the door when the music is done | 音乐停了,谁来锁门
Who turns the sign to the street | 谁把牌子翻向街道
Who wipes our names from the slate by the bar | 谁擦掉吧台石板上我们的名字
And sweeps the last waltz from our feet | 扫走脚下最后一支圆舞曲

*
One more for the one who is late to the table | 再来一杯,给晚到桌边的人
One more for the chair by the wall | 再来一杯,给墙边那把椅子
I would have stayed if the night had been longer | 夜若更长我本会留下
I would have danced with you all | 我本会和你们每个人跳舞`,
  breakwater: `
We stood on the wall at the end of the land | 我们站在陆地尽头的墙上
The sirens were calling from town | 镇上的警报在响
You said that the weather was only a hand | 你说天气不过是一只手
That lifts us before it comes down | 先托起我们,再落下来

*
Break, water, break over me | 碎吧,水,在我身上碎开
I am the stone and the sound | 我是石头,也是声响
Break, water, set something free | 碎吧,水,放走一些什么
Carry me out, turn me round | 带我出去,把我转过来`,
  'day-one-salt': `
I packed a loaf, I packed a knife | 我带了一条面包,一把刀
I packed the coat my father wore | 带了父亲穿过的外套
There was some salt inside the seam | 衣缝里有一点盐
From every year he was ashore | 来自他上岸的每一年

*
And it is four days to the lighthouse | 到灯塔要走四天
If the weather and my boots agree | 如果天气和靴子都答应
I leave the kettle to the neighbours | 我把水壶留给邻居
I take the road beside the sea | 我走海边的那条路

The milestones count the other way | 里程碑是倒着数的
They tell how much is left behind | 它们说身后还剩多少
I read them all and touched each one | 我每一块都读了,每一块都摸过
As you would read to someone blind | 就像念给盲人听`,
  'day-two-gulls': `
The gulls were holding parliament | 海鸥正在开议会
On every roof along the quay | 占满码头边每个屋顶
They voted that the bread was theirs | 它们表决说面包归它们
And no one there would side with me | 没有一个肯站我这边

*
Oh laugh, you lords of wind and tin | 笑吧,你们这些风和铁皮的爵爷
I have no quarrel with the sky | 我和天空没有过节
I only ask the way from here | 我只想问这里怎么走
And you reply, and you reply | 而你们回答,你们回答`,
  'day-three-fog': `
The fog came down and took the hill | 雾落下来,拿走了山
And then the road and then my hand | 然后是路,然后是我的手
I sang so something would be near | 我唱歌,好让什么在近旁
I sang to find out where I stand | 我唱歌,好知道站在哪里

*
And something answered out of white | 白色里有什么应了一声
A bell, a boat, a voice like mine | 一口钟,一条船,像我的嗓音
I did not need to see the light | 我不需要看见光
To know it had begun to shine | 也知道它已经亮了`,
  'day-four-light': `
It was not tall, it was not white | 它不高,也不白
The paint was gone, the door was wide | 漆掉光了,门敞开着
An old man climbing with a lamp | 一个老人提灯往上爬
Said I was welcome to the tide | 说潮水随我看

*
So this is where the long way goes | 原来远路通到这里
A chair, a window, and a flame | 一把椅子,一扇窗,一簇火
And every ship that passes knows | 每条过往的船都知道
The light is all we have for name | 光就是我们唯一的名字

I sat with him till it was day | 我陪他坐到天亮
We spoke of nothing and of rain | 聊些虚无,聊聊雨
He put the coat around my arms | 他把外套披上我的肩
And showed me to the road again | 又把我送回到路上`,
}
