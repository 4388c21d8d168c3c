"""How common terms are in English news, in thousandths of stories: what an empty index does not know yet.

Written by scripts/build_background.py from fifteen years of dated one-paragraph reports.
"""

_PER_MILLE = """
peopl 161 kill 161 actor:USA 158 state 137 unit 107 presid 90 new 83 report 83 two 79 least 70 injur 69
announc 69 govern 68 first 67 minist 63 nation 63 year 62 actor:GBR 57 actor:RUS 57 countri 56 forc 55 attack
55 u. 52 case 51 polic 48 death 48 three 48 citi 47 elect 46 day 44 protest 43 actor:ISR 43 near 41 prime 40
actor:CHN 38 includ 38 former 38 south 36 arrest 35 fire 34 follow 34 court 34 russian 33 four 33 record 33
militari 32 actor:SYR 32 parti 31 secur 30 internat 30 al 29 win 29 russia 29 china 28 time 28 five 28
actor:PSE 28 leader 28 offici 27 bomb 27 offic 27 north 27 due 27 member 27 actor:UKR 27 world 26 million 26
hour 26 claim 26 war 26 american 25 group 25 call 25 actor:FRA 25 isra 24 six 24 confirm 24 order 24 die 24
alleg 24 actor:IND 24 use 24 dead 24 actor:IRN 24 sever 23 vote 23 vaccin 23 actor:AFG 23 israel 22 charg 22
author 22 second 22 provinc 21 respons 21 soldier 21 last 21 begin 21 strike 21 armi 21 general 21 actor:UN 21
border 20 becom 20 week 20 syrian 20 right 19 toll 19 air 19 actor:AUS 19 actor:TUR 19 hous 19 plan 19 foreign
19 governor 19 ban 19 month 19 take 19 actor:JPN 19 investig 19 european 19 milit 18 suspect 18 ukrain 18 end
18 launch 18 region 18 crash 18 past 18 kingdom 18 number 18 caus 18 rule 18 releas 17 seven 17 actor:PAK 17
resign 17 old 17 capit 17 actor:DEU 17 oper 17 actor:IRQ 17 total 17 bring 17 korea 17 prison 17 open 17
accord 17 close 17 civilian 17 shoot 17 man 17 result 17 leav 17 opposit 17 union 17 wound 16 person 16
british 16 india 16 health 16 iran 16 democrat 16 syria 16 support 16 actor:EU 16 public 16 actor:EGY 16
republ 16 sentenc 16 accus 16 town 16 presidenti 16 afghanistan 16 miss 16 high 16 part 16 major 15 increas 15
northern 15 island 15 actor:KOR 15 feder 15 home 15 found 15 continu 15 actor:PHL 15 compani 15 actor:ISIL 15
declar 15 area 15 eight 15 test 15 parliament 15 human 15 palestinian 14 approv 14 nationwid 14 law 14
thousand 14 power 14 issu 14 pakistan 14 bank 14 islam 14 franc 14 held 14 flood 14 attempt 14 emergenc 14
head 14 meet 14 explos 14 secretari 14 shot 14 gaza 14 arm 14 hit 14 relat 14 ministri 13 control 13 philippin
13 carri 13 servic 13 receiv 13 actor:ITA 13 district 13 travel 13 clash 13 southern 13 anti 13 central 13
suspend 13 depart 13 place 13 actor:PRK 13 build 13 japan 13 base 13 coast 13 actor:ESP 13 defeat 13 murder 13
chines 13 actor:CAN 13 west 13 reach 12 york 12 children 12 allow 12 hospit 12 turkey 12 civil 12 iraq 12
missil 12 council 12 suicid 12 donald 12 troop 12 billion 12 car 12 ten 12 rebel 12 posit 12 actor:LBY 12 nine
12 actor:MEX 12 final 12 across 12 storm 12 worker 12 set 12 school 12 agenc 12 age 11 actor:YEM 11 airstrik
11 warn 11 french 11 remain 11 australia 11 expect 11 recent 11 evacu 11 poll 11 actor:BRA 11 footbal 11 march
11 agre 11 polit 11 local 11 mass 11 sign 11 actor:IDN 11 germani 11 ukrainian 11 voter 11 third 10 defens 10
rise 10 fight 10 involv 10 target 10 airport 10 sea 10 organiz 10 flight 10 men 10 hold 10 actor:SAU 10 bus 10
news 10 saudi 10 taliban 10 california 10 chief 10 administr 10 senat 10 mexico 10 enter 10 damag 10 deal 10
earthquak 10 face 10 women 10 pass 10 australian 10 return 10 team 10 actor:NGA 10 leagu 10 nuclear 10 run 10
occur 9 variant 9 turkish 9 critic 9 restrict 9 start 9 korean 9 heavi 9 visit 9 oil 9 iranian 9 indian 9
dozen 9 show 9 suprem 9 act 9 surpass 9 work 9 previous 9 repres 9 gas 9 villag 9 citizen 9 train 9 agreement
9 actor:TALIBAN 9 egypt 9 largest 9 destroy 9 current 9 dose 9 drug 9 collaps 9 africa 9 station 9 singl 9
eastern 9 led 9 candid 9 uk 9 itali 9 outsid 8 actor:VEN 8 actor:SOM 8 next 8 justic 8 hundr 8 vehicl 8 execut
8 trial 8 east 8 universiti 8 media 8 crime 8 talk 8 pro 8 canada 8 captur 8 rescu 8 ship 8 counti 8 impos 8
system 8 actor:LBN 8 peac 8 move 8 concern 8 effect 8 african 8 activist 8 campaign 8 bill 8 highest 8
actor:IRL 8 resid 8 england 8 london 8 spain 8 convict 8 name 8 western 8 aid 8 demonstr 8 woman 8 actor:GRC 8
raid 8 actor:ZAF 8 later 8 spread 8 trade 8 lead 8 famili 8 de 8 independ 8 game 8 yesterday 8 rocket 8 brazil
8 commiss 8 sanction 8 gunmen 8 actor:SDN 7 therebi 7 weapon 7 assembl 7 say 7 indonesia 7 januari 7 crimin 7
seri 7 terrorist 7 incid 7 break 7 violenc 7 territori 7 crisi 7 center 7 propos 7 deni 7 associ 7 drone 7
corrupt 7 guard 7 gather 7 withdraw 7 fail 7 disput 7 actor:THA 7 ongo 7 violat 7 land 7 reject 7 water 7
actor:MMR 7 iraqi 7 action 7 actor:NLD 7 terror 7 cup 7 decis 7 afghan 7 chang 7 live 7 april 7 fund 7
washington 7 discov 7 egyptian 7 social 7 judg 7 arabia 7 student 7 requir 7 yemen 7 nigeria 7 histori 7
migrant 7 term 7 larg 7 strip 7 ireland 7 bodi 7 cancel 7 post 7 constitut 7 defenc 7 san 7 level 7 sudan 7
possibl 7 vice 7 german 7 camp 7 hama 7 passeng 7 life 7 actor:NZL 7 zealand 6 riot 6 award 6 john 6
journalist 6 demand 6 board 6 un 6 threaten 6 find 6 arab 6 committe 6 arriv 6 remov 6 plane 6 mark 6 fighter
6 stop 6 measur 6 free 6 block 6 event 6 coalit 6 actor:NATO 6 japanes 6 diplomat 6 cross 6 lebanon 6 mayor 6
prevent 6 boat 6 legal 6 actor:POL 6 detain 6 illeg 6 oblast 6 octob 6 effort 6 earlier 6 protect 6 come 6
believ 6 deputi 6 lockdown 6 inform 6 appeal 6 develop 6 econom 6 link 6 condit 6 juli 6 file 6 known 6
embassi 6 novemb 6 texa 6 help 6 refuge 6 septemb 6 plant 6 actor:COD 6 ahead 6 actor:MYS 6 guilti 6 actor:VAT
6 form 6 non 6 medic 6 site 6 long 6 republican 6 port 6 market 6 bomber 6 request 6 championship 6 despit 6
abus 6 round 6 senior 6 condemn 6 extend 6 magnitud 6 left 6 rain 6 aircraft 6 replac 6 libyan 6 liber 6 river
6 cut 6 actor:HAMAS 6 helicopt 6 actor:COL 6 explod 6 outbreak 6 decemb 6 muslim 6 reduc 6 nato 6 sexual 6
space 6 give 6 command 6 ask 6 main 6 fall 6 affect 5 europ 5 appoint 5 jail 5 addit 5 libya 5 park 5 barack 5
food 5 conflict 5 injuri 5 far 5 intellig 5 seiz 5 mine 5 tri 5 congress 5 infect 5 send 5 transport 5 congo 5
insurg 5 player 5 actor:SWE 5 special 5 navi 5 success 5 street 5 activ 5 vladimir 5 affair 5 busi 5 david 5
movement 5 el 5 june 5 commit 5 thailand 5 canadian 5 august 5 actor:ARG 5 connect 5 rate 5 pay 5 victim 5
florida 5 hurrican 5 white 5 consecut 5 pope 5 taken 5 cite 5 limit 5 provid 5 actor:TWN 5 landslid 5
communiti 5 lift 5 referendum 5 venezuela 5 ambassador 5 formal 5 parliamentari 5 deploy 5 stab 5 seat 5
serious 5 pakistani 5 financi 5 cabinet 5 actor:VNM 5 publish 5 truck 5 televis 5 kidnap 5 italian 5 church 5
hong 5 seek 5 threat 5 yemeni 5 front 5 refus 5 join 5 actor:KEN 5 ground 5 conduct 5 top 5 joint 5 ralli 5
director 5 islamist 5 shell 5 actor:BGD 5 titl 5 staff 5 sar 5 search 5 actor:HKG 5 kong 5 moham 5 legisl 5
centr 5 research 5 airlin 5 actor:ARE 5 assault 5 mission 5 season 5 malaysia 5 sex 5 appear 5 grand 5 fourth
5 actor:BEL 5 discuss 5 februari 5 bbc 5 greec 5 cov 5 exchang 5 facil 5 controversi 5 red 5 access 5 attend 5
contain 5 role 5 poland 5 road 5 offer 5 daili 5 myanmar 5 jet 5 privat 5 reopen 5 ceasefir 5 hezbollah 5
video 5 joe 5 crew 5 actor:MLI 5 earli 5 urg 5 program 5 rais 4 serv 4 imprison 4 summit 4 prosecutor 4 insid
4 restaur 4 actor:BLR 4 moscow 4 ago 4 along 4 offens 4 actor:HEZBOLLAH 4 mexican 4 immedi 4 grant 4 statement
4 virus 4 race 4 kabul 4 incumb 4 began 4 twenti 4 olymp 4 polici 4 line 4 king 4 scandal 4 product 4 initi 4
bar 4 actor:TUN 4 assist 4 reveal 4 child 4 particip 4 somalia 4 politician 4 express 4 multipl 4 complet 4
taiwan 4 schedul 4 premier 4 pari 4 risk 4 suppli 4 energi 4 baghdad 4 negoti 4 global 4 driver 4 ali 4 re 4
los 4 bangladesh 4 actor:ALQAEDA 4 fatal 4 direct 4 spanish 4 assassin 4 mask 4 consid 4 institut 4 upris 4
femal 4 curfew 4 manag 4 sport 4 argentina 4 damascus 4 data 4 wale 4 actor:CHE 4 royal 4 scientist 4 vietnam
4 collid 4 venezuelan 4 prize 4 erupt 4 reform 4 confer 4 fear 4 gunman 4 battl 4 match 4 actor:CUB 4 michael
4 potenti 4 process 4 patient 4 back 4 fine 4 tropic 4 netherland 4 actor:HOUTHIS 4 prepar 4 democraci 4 film
4 actor:PER 4 houthi 4 accept 4 colombia 4 violent 4 victori 4 half 4 burn 4 pilot 4 eu 4 short 4 lose 4
somali 4 leak 4 describ 4 eleven 4 actor:CHL 4 today 4 step 4 attorney 4 count 4 locat 4 shop 4 sunday 4 press
4 separ 4 ii 4 hostag 4 mosqu 4 black 4 accid 4 list 4 delay 4 robert 4 qaeda 4 host 4 america 4 wave 4 price
4 actor:ETH 4 actor:HTI 4 construct 4 headquart 4 personnel 4 franci 4 brazilian 4 coup 4 wildfir 4 pfizer 4
organis 4 employe 4 drop 4 celebr 4 nomin 4 aleppo 4 studi 4 pacif 4 emir 4 mali 4 occupi 4 fuel 4 friday 4
diseas 4 regard 4 anniversari 4 georg 4 johnson 4 full 4 zone 4 play 4 industri 4 indic 4 interior 4 labour 3
self 3 address 3 georgia 3 night 3 tourist 3 son 3 resum 3 fraud 3 mandat 3 establish 3 champion 3
humanitarian 3 kim 3 disast 3 sworn 3 economi 3 advanc 3 quarantin 3 casualti 3 tax 3 defend 3 actor:ALSHABAAB
3 indonesian 3 hotel 3 financ 3 kenya 3 actor:LKA 3 greek 3 angel 3 regim 3 import 3 immigr 3 given 3 club 3
date 3 sri 3 tell 3 minor 3 account 3 network 3 conserv 3 detect 3 point 3 stage 3 jerusalem 3 origin 3 sweden
3 actor:HUN 3 estim 3 wife 3 dismiss 3 resolut 3 p.m 3 own 3 ocean 3 guinea 3 sell 3 cathol 3 evid 3 fifa 3
chemic 3 nigerian 3 sale 3 tension 3 electr 3 rape 3 typhoon 3 tie 3 project 3 kurdish 3 popul 3 present 3
actor:NOR 3 mount 3 bid 3 put 3 flag 3 design 3 twelv 3 actor:PRT 3 natur 3 retir 3 recov 3 alli 3 belarus 3
donetsk 3 irish 3 flee 3 earth 3 blame 3 lower 3 stand 3 identifi 3 percent 3 suffer 3 lawsuit 3 carolina 3
actor:DNK 3 bridg 3 internet 3 document 3 gold 3 primari 3 squar 3 tomorrow 3 princ 3 corpor 3 small 3 tear 3
unknown 3 turn 3 decid 3 produc 3 gulf 3 abu 3 netanyahu 3 reuter 3 astrazeneca 3 invas 3 actor:BHR 3 landfal
3 transit 3 shut 3 vessel 3 benjamin 3 shabaab 3 michigan 3 secret 3 haram 3 cairo 3 money 3 jame 3 star 3
safeti 3 suggest 3 chairman 3 aim 3 need 3 boko 3 discoveri 3 spokesman 3 d.c 3 actor:BOKOHARAM 3 christian 3
perpetr 3 protestor 3 websit 3 gun 3 lawyer 3 buy 3 actor:AUT 3 breach 3 mile 3 prompt 3 boy 3 drive 3 sink 3
moon 3 winner 3 highway 3 loss 3 speech 3 cuba 3 paul 3 actor:ROU 3 actor:SGP 3 virginia 3 sudanes 3 won 3
broadcast 3 combat 3 actor:SRB 3 admit 3 phone 3 upcom 3 freedom 3 ceremoni 3 marin 3 gaddafi 3 like 3 alert 3
beat 3 challeng 3 closur 3 interest 3 actor:JOR 3 low 3 add 3 rang 3 haiti 3 regul 3 field 3 omicron 3 sourc 3
share 3 situat 3 firm 3 fifth 3 job 3 crowd 3 respond 3 rival 3 tripoli 3 actor:GEO 3 clear 3 postpon 3 store
3 late 3 gang 3 oxford 3 nasa 3 latest 3 bin 3
"""
_pieces = _PER_MILLE.split()
COMMON = {term: int(number) / 1000 for term, number in zip(_pieces[::2], _pieces[1::2], strict=True)}
